// Sends events to the address in URL with the official SDK, and prints the answers, one a line.
import { CloudEvent, HTTP } from "cloudevents";

const { URL: url, KEY: key } = process.env;

const like = (id, more) =>
  new CloudEvent({
    id,
    source: "/sdk/js",
    type: "com.example.like",
    time: "2026-11-22T11:00:00.000Z",
    subject: "post/1",
    datacontenttype: "application/json",
    data: { network: "twitter", actor: "ann", target: "bob", topics: ["food"] },
    ...more,
  });

async function send({ headers, body }) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { ...headers, authorization: `Bearer ${key}` },
    body,
  });
  console.log(JSON.stringify({ status: answer.status, body: await answer.json() }));
}

const batch = [like("3"), like("4", { type: "com.example.order" }), like("5", { time: "1969-01-01T00:00:00.000Z" })];
await send(HTTP.structured(like("1", { traceparent: "00-1-1-01" })));
await send(HTTP.binary(like("2", { subject: "post/1?q=100%25" })));
await send(HTTP.binary(like("2", { subject: "post/1?q=100%25" })));
await send({
  headers: { "content-type": "application/cloudevents-batch+json" },
  body: JSON.stringify(batch),
});
await send(HTTP.structured(like("6", { data: Buffer.from(JSON.stringify({ network: "twitter", target: "bob" })) })));
