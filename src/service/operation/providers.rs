//! Signing in by an OpenID provider: the code flow with PKCE, a state and a nonce.
//!
//! A provider is asked only when a person signs in with it. One that is down stops nothing
//! else.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim,
    CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
    CoreProviderMetadata, CoreResponseType, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AuthType, AuthenticationFlow, AuthorizationCode, Client, ClientId,
    ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    IdTokenFields, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, RequestTokenError, Scope, StandardErrorResponse, StandardTokenResponse,
    TokenResponse, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;
use url::Url;

use super::provider_client::ProviderClient;
use super::sessions::SignedInPerson;
use crate::config::ProviderConfig;
use crate::service::context::Context;
use renown_core::domain::{CallerName, Invalid, ProviderId, Role};

/// How long the metadata and keys of a provider are kept.
const KEPT: TimeDelta = TimeDelta::hours(1);
/// Keys that are older than this are fetched anew if none of them has signed a token.
const YOUNG: TimeDelta = TimeDelta::minutes(1);
/// After a failure a provider is left alone for this long, so that people do not wait for
/// each other.
const PAUSE: TimeDelta = TimeDelta::seconds(5);

/// The roles by what they may do: of several, a person gets the first.
const BY_RIGHTS: [Role; 6] = [
    Role::Admin,
    Role::Marketer,
    Role::Reviewer,
    Role::Support,
    Role::FrontDesk,
    Role::Auditor,
];

/// Why a person is not signed in. The code is for the page, the cause for the log.
#[derive(Debug, thiserror::Error)]
pub enum SignInProblem {
    /// No provider has this name.
    #[error("there is no such provider")]
    UnknownProvider,
    /// The provider does not answer, or not as it should.
    #[error("the provider cannot be used: {0}")]
    Provider(String),
    /// The person, or the provider, has refused.
    #[error("the provider has refused")]
    Denied,
    /// The browser has not begun this sign-in, or too long ago.
    #[error("the sign-in was not begun by this browser, or took too long")]
    Expired,
    /// What the provider says about the person is not valid.
    #[error("the token of the provider is not valid: {0}")]
    Token(String),
    /// Too many sign-ins from the address of the browser have failed.
    #[error("too many sign-ins from this address have failed")]
    TooMany,
    /// The claims of the person stand for no role.
    #[error("the claims of the person stand for no role")]
    NoRole,
}

impl SignInProblem {
    /// Returns the code that the page shows in words.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownProvider => "unknown-provider",
            Self::Provider(_) => "provider",
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::Token(_) => "token",
            Self::TooMany => "too-many",
            Self::NoRole => "no-role",
        }
    }
}

/// The secret of one sign-in, which the browser keeps until the provider sends it back. State,
/// nonce and verifier follow from it.
pub struct SignInSecret(String);

impl SignInSecret {
    /// Takes the secret from a cookie.
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Returns the text, for the cookie.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    fn part(&self, name: &str) -> String {
        let digest = Sha256::new().chain_update(name).chain_update([0]);
        URL_SAFE_NO_PAD.encode(digest.chain_update(&self.0).finalize())
    }

    fn state(&self) -> String {
        self.part("state")
    }

    fn nonce(&self) -> Nonce {
        Nonce::new(self.part("nonce"))
    }

    fn verifier(&self) -> PkceCodeVerifier {
        PkceCodeVerifier::new(self.part("verifier"))
    }
}

/// What the provider has sent back by the browser.
#[derive(Debug, Clone, Deserialize)]
pub struct ProviderAnswer {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
}

/// All claims besides those that the specification names.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct OtherClaims(Map<String, Value>);

impl AdditionalClaims for OtherClaims {}

type IdFields = IdTokenFields<
    OtherClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Tokens = StandardTokenResponse<IdFields, CoreTokenType>;
type OpenIdClient = Client<
    OtherClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What is known of a provider.
#[derive(Debug, Default)]
enum Known {
    #[default]
    Nothing,
    Client(DateTime<Utc>, Arc<OpenIdClient>),
    Failure(DateTime<Utc>, String),
}

/// One provider.
#[derive(Debug)]
struct Provider {
    config: ProviderConfig,
    redirect: RedirectUrl,
    known: Mutex<Known>,
}

/// The providers by which people sign in.
#[derive(Debug)]
pub struct Providers {
    context: Context,
    client: ProviderClient,
    by_id: BTreeMap<ProviderId, Provider>,
}

impl Providers {
    pub(in crate::service) fn new(context: Context) -> Self {
        let public = context.config.http.public_url.as_ref();
        let provider = |(id, config): (&ProviderId, &ProviderConfig)| {
            // The configuration is refused without an address.
            let redirect = format!("{}/auth/{id}/callback", public?);
            let provider = Provider {
                config: config.clone(),
                redirect: RedirectUrl::new(redirect).ok()?,
                known: Mutex::default(),
            };
            Some((id.clone(), provider))
        };
        let all = context.config.sign_in.providers.iter();
        Self {
            by_id: all.filter_map(provider).collect(),
            client: ProviderClient::new(),
            context,
        }
    }

    /// Returns the providers with their titles.
    pub fn all(&self) -> impl Iterator<Item = (&ProviderId, &str)> {
        let all = self.by_id.iter();
        all.map(|(id, provider)| (id, provider.config.title.as_str()))
    }

    fn get(&self, id: &ProviderId) -> Result<&Provider, SignInProblem> {
        self.by_id.get(id).ok_or(SignInProblem::UnknownProvider)
    }

    /// Begins a sign-in: returns the address to which the browser goes, and the secret that it
    /// keeps.
    ///
    /// # Errors
    /// If there is no such provider, or it does not answer.
    pub async fn begin(&self, id: &ProviderId) -> Result<(Url, SignInSecret), SignInProblem> {
        let provider = self.get(id)?;
        let client = self.client_of(provider, KEPT).await?;
        let secret = SignInSecret(URL_SAFE_NO_PAD.encode(self.context.clock.secret()));
        let (state, nonce) = (CsrfToken::new(secret.state()), secret.nonce());
        let request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                move || state,
                move || nonce,
            )
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(
                &secret.verifier(),
            ));
        let scopes = provider.config.scopes.iter().cloned().map(Scope::new);
        let (url, _, _) = request.add_scopes(scopes).url();
        Ok((url, secret))
    }

    /// Ends a sign-in: returns the person whom the provider has recognised.
    ///
    /// # Errors
    /// If the provider has refused, what it says is not valid, or stands for no role.
    pub async fn finish(
        &self,
        id: &ProviderId,
        secret: &SignInSecret,
        answer: ProviderAnswer,
    ) -> Result<SignedInPerson, SignInProblem> {
        let provider = self.get(id)?;
        if answer.state.as_deref() != Some(&secret.state()) {
            return Err(SignInProblem::Expired);
        }
        let code = match (answer.error.as_deref(), answer.code) {
            (None, Some(code)) => AuthorizationCode::new(code),
            (Some("temporarily_unavailable" | "server_error"), _) => {
                return Err(SignInProblem::Provider("it says so itself".to_owned()));
            }
            _ => return Err(SignInProblem::Denied),
        };
        let client = self.client_of(provider, KEPT).await?;
        let tokens = self.tokens(&client, code, secret).await?;
        let mut claims = self.id_claims(provider, client, &tokens, secret).await?;
        let subject = text(&claims, "sub").unwrap_or_default().to_owned();
        if provider.values(&claims).is_empty() {
            let more = self.user_info(provider, &tokens, &subject).await?;
            claims.extend(more);
        }
        Ok(SignedInPerson {
            provider: id.clone(),
            role: provider.role(&claims).ok_or(SignInProblem::NoRole)?,
            name: name(&claims).map_err(|invalid| SignInProblem::Token(invalid.to_string()))?,
            subject,
        })
    }

    async fn tokens(
        &self,
        client: &OpenIdClient,
        code: AuthorizationCode,
        secret: &SignInSecret,
    ) -> Result<Tokens, SignInProblem> {
        let request = client.exchange_code(code).map_err(unusable)?;
        let request = request.set_pkce_verifier(secret.verifier());
        request
            .request_async(&self.client)
            .await
            .map_err(|error| match error {
                // What cannot be read may be a token, which is not for the log.
                RequestTokenError::Parse(..) => {
                    SignInProblem::Provider("its tokens cannot be read".to_owned())
                }
                error => unusable(error),
            })
    }

    /// Returns the claims of the ID token once it is verified. If none of the keys that are
    /// kept has signed it, the provider has new ones.
    async fn id_claims(
        &self,
        provider: &Provider,
        client: Arc<OpenIdClient>,
        tokens: &Tokens,
        secret: &SignInSecret,
    ) -> Result<Map<String, Value>, SignInProblem> {
        let invalid = |error: &dyn std::fmt::Display| SignInProblem::Token(error.to_string());
        let token = tokens.id_token().ok_or_else(|| invalid(&"there is none"))?;
        let (now, nonce) = (self.context.clock.now(), secret.nonce());
        let verified = |client: &OpenIdClient| {
            let verifier = client.id_token_verifier().set_time_fn(move || now);
            token.claims(&verifier, &nonce).cloned()
        };
        let claims = match verified(&client) {
            Ok(claims) => claims,
            Err(openidconnect::ClaimsVerificationError::SignatureVerification(_)) => {
                let client = self.client_of(provider, YOUNG).await?;
                verified(&client).map_err(|error| invalid(&error))?
            }
            Err(error) => return Err(invalid(&error)),
        };
        members(&claims).ok_or_else(|| invalid(&"it has no claims"))
    }

    /// Asks for more claims, as many providers do not put all of them into the ID token.
    async fn user_info(
        &self,
        provider: &Provider,
        tokens: &Tokens,
        subject: &str,
    ) -> Result<Map<String, Value>, SignInProblem> {
        let client = self.client_of(provider, KEPT).await?;
        let subject = openidconnect::SubjectIdentifier::new(subject.to_owned());
        let Ok(request) = client.user_info(tokens.access_token().clone(), Some(subject)) else {
            // It has nothing more to say.
            return Ok(Map::new());
        };
        let claims: UserInfoClaims<OtherClaims, CoreGenderClaim> = request
            .request_async(&self.client)
            .await
            .map_err(unusable)?;
        Ok(members(&claims).unwrap_or_default())
    }

    /// Returns the client of a provider, made from metadata that are not older than `age`.
    async fn client_of(
        &self,
        provider: &Provider,
        age: TimeDelta,
    ) -> Result<Arc<OpenIdClient>, SignInProblem> {
        let mut known = provider.known.lock().await;
        let now = self.context.clock.now();
        match &*known {
            Known::Client(since, client) if now < *since + age => return Ok(Arc::clone(client)),
            Known::Failure(since, why) if now < *since + PAUSE => {
                return Err(SignInProblem::Provider(why.clone()));
            }
            _ => {}
        }
        match self.discover(provider).await {
            Ok(client) => {
                let client = Arc::new(client);
                *known = Known::Client(now, Arc::clone(&client));
                Ok(client)
            }
            Err(problem) => {
                if let SignInProblem::Provider(why) = &problem {
                    *known = Known::Failure(now, why.clone());
                }
                Err(problem)
            }
        }
    }

    async fn discover(&self, provider: &Provider) -> Result<OpenIdClient, SignInProblem> {
        let config = &provider.config;
        let issuer = IssuerUrl::new(config.issuer.clone()).map_err(unusable)?;
        let metadata = CoreProviderMetadata::discover_async(issuer, &self.client);
        let metadata = metadata.await.map_err(unusable)?;
        let methods = metadata.token_endpoint_auth_methods_supported();
        let takes = |method| methods.is_none_or(|methods| methods.contains(&method));
        let how = match takes(CoreClientAuthMethod::ClientSecretBasic) {
            true => AuthType::BasicAuth,
            false => AuthType::RequestBody,
        };
        let secret = ClientSecret::new(config.client_secret.reveal().to_owned());
        let id = ClientId::new(config.client_id.clone());
        let client = OpenIdClient::from_provider_metadata(metadata, id, Some(secret));
        Ok(client
            .set_auth_type(how)
            .set_redirect_uri(provider.redirect.clone()))
    }
}

impl Provider {
    /// Returns the values of the claim that stands for roles.
    fn values<'c>(&self, claims: &'c Map<String, Value>) -> Vec<&'c str> {
        let found = match self.config.role_claim.strip_prefix('/') {
            // A path, as of the claim `realm_access` with a member `roles`.
            Some(path) => {
                let mut parts = path.split('/');
                let first = parts.next().and_then(|name| claims.get(name));
                parts.fold(first, |found, name| found?.get(name))
            }
            None => claims.get(&self.config.role_claim),
        };
        match found {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    fn role(&self, claims: &Map<String, Value>) -> Option<Role> {
        let values = self.values(claims);
        let has = |role: &Role| {
            let mut values = values.iter();
            values.any(|value| self.config.roles.get(*value) == Some(role))
        };
        BY_RIGHTS.into_iter().find(has)
    }
}

/// Says what is wrong, with the causes: an error of the connection says little by itself.
fn unusable(error: impl std::error::Error) -> SignInProblem {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    SignInProblem::Provider(text)
}

fn members(claims: &impl Serialize) -> Option<Map<String, Value>> {
    match serde_json::to_value(claims) {
        Ok(Value::Object(members)) => Some(members),
        _ => None,
    }
}

fn text<'c>(claims: &'c Map<String, Value>, name: &str) -> Option<&'c str> {
    claims.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// Returns what to call a person in lists.
fn name(claims: &Map<String, Value>) -> Result<CallerName, Invalid> {
    let names = ["name", "preferred_username", "email", "sub"];
    let found = names.iter().find_map(|name| text(claims, name));
    CallerName::from_outside(found.unwrap_or_default())
}
