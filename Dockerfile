# syntax=docker/dockerfile:1
# The image of the service. It brings no database: give it a DATABASE_URL.

FROM rust:1.95-slim-bookworm AS build
# A C compiler for zstd, mimalloc and ring.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends build-essential \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
# Dependencies, downloaded and compiled, stay in caches beside the image's
# layers, so that a change of ours compiles ours alone. Queries are checked
# against .sqlx, not against a database.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    SQLX_OFFLINE=true cargo build --profile dist --locked --bin renown \
    && cp target/dist/renown /usr/local/bin/renown

FROM debian:bookworm-slim
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Renown" \
    org.opencontainers.image.description="Influence-scored offers that can be defended: scores with evidence, rules with reasons, a floor for everyone." \
    org.opencontainers.image.licenses="MIT OR Apache-2.0" \
    org.opencontainers.image.version="$VERSION" \
    org.opencontainers.image.revision="$REVISION"

# A number of its own, so that an orchestrator can check that it is not root.
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin renown
# The defaults are compiled in; these are to read, and to publish programs from.
COPY config /usr/share/renown/config
COPY --from=build /usr/local/bin/renown /usr/local/bin/renown

USER 10001
# All interfaces: the container is the boundary.
ENV RENOWN__HTTP__BIND=0.0.0.0:8080
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["renown", "doctor", "--url", "http://127.0.0.1:8080"]
ENTRYPOINT ["renown"]
CMD ["serve"]
