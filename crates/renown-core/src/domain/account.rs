//! Accounts: handles on networks, and the keyed hashes under which handles are
//! stored.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use unicode_normalization::UnicodeNormalization;

use super::Invalid;
use super::actor_address::{name_at_host, spelt};
use super::host::normalised_host;
use super::invalid::{checked_slug, checked_text, text_newtype};
use super::invisible::is_invisible;
use super::schema::{described, text};

/// The surrogate id of an account. Events carry these, never handles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountId(pub i64);

/// A network such as `twitter`, `bluesky` or `shop`: 1 to 32 of `a-z 0-9 - _`,
/// beginning with a letter or digit. `x` is another name of `twitter`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network(Box<str>);

impl Network {
    /// Networks whose handles are compared by rules of their own, and `x`.
    pub const WELL_KNOWN: [&str; 14] = [
        "twitter",
        "x",
        "instagram",
        "tiktok",
        "threads",
        "github",
        "reddit",
        "youtube",
        "facebook",
        "linkedin",
        "bluesky",
        "mastodon",
        "fediverse",
        "activitypub",
    ];

    /// Lower-cases and checks a network's name.
    ///
    /// # Errors
    /// If it is not a slug, or is one of the prefixes that identities reserve
    /// (`email`, `loyalty`, `crm`).
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let name = match text.to_ascii_lowercase() {
            name if name == "x" => "twitter".to_owned(),
            name => name,
        };
        checked_slug("network", &name, 32)?;
        if matches!(name.as_str(), "email" | "loyalty" | "crm") {
            return Err(Invalid::new(format_args!(
                "network must not be '{name}': that prefix names another kind of identity"
            )));
        }
        Ok(Self(name.into()))
    }

    /// Returns how handles are compared on this network.
    fn handle_style(&self) -> HandleStyle {
        match self.as_str() {
            "twitter" | "instagram" | "tiktok" | "threads" | "github" | "reddit" | "youtube"
            | "facebook" | "linkedin" => HandleStyle::CaseInsensitive,
            "bluesky" | "mastodon" | "fediverse" | "activitypub" => HandleStyle::WithHost,
            _ => HandleStyle::Exact,
        }
    }
}
text_newtype!(Network);
described!(Network: text("mastodon", 1..=32).pattern(Some("^[a-z0-9][a-z0-9_-]{0,31}$")));

/// How two spellings of one handle are recognised as the same.
#[derive(Debug, Clone, Copy)]
enum HandleStyle {
    /// Case-insensitive; a leading `@` does not count.
    CaseInsensitive,
    /// Case-insensitive, with the host as IDNA 2008 has it; a leading `@` and a dot at
    /// the end of the host (`@ann@example.social.`) do not count. On Bluesky a DID
    /// (`did:plc:…`) is a handle too: the one that its events name people by. In the fediverse,
    /// the address of an actor is another spelling of the name in it. One without a name is kept
    /// as it is: it may differ from another one in the case of a letter alone.
    WithHost,
    /// Case-sensitive: order numbers, customer numbers, ids of unknown systems.
    Exact,
}

/// A handle, normalised for its network: NFKC, without a leading `@`, and folded to
/// one case where the network ignores case. Two spellings of one handle are equal
/// *before* they are hashed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle {
    network: Network,
    name: Box<str>,
}

impl Handle {
    /// Normalises and checks a handle as it was written.
    ///
    /// # Errors
    /// If it is empty after normalisation, is longer than 256 characters, contains white
    /// space, a control character or another invisible one, or its host is no host.
    pub fn parse(network: &Network, text: &str) -> Result<Self, Invalid> {
        checked_text("handle", text, 256)?;
        let composed: String = text.nfkc().collect();
        let bare = composed.trim().trim_start_matches('@');
        let name = match network.handle_style() {
            HandleStyle::Exact => bare.to_owned(),
            HandleStyle::CaseInsensitive => fold_case(bare),
            HandleStyle::WithHost => match network.as_str() {
                "bluesky" => with_host(network, bare.trim_end_matches('.'))?,
                _ => in_fediverse(network, bare)?,
            },
        };
        checked_text("handle", &name, 256)?;
        if let Some(c) = composed
            .trim()
            .chars()
            .chain(name.chars())
            .find(|c| is_invisible(*c))
        {
            return Err(Invalid::new(format_args!(
                "handle must not contain white space or invisible characters, such as U+{:04X}",
                c as u32
            )));
        }
        Ok(Self::stored(network.clone(), &name))
    }

    /// Returns a handle from the database: it was checked when it was stored.
    pub fn stored(network: Network, name: &str) -> Self {
        Self {
            network,
            name: name.into(),
        }
    }

    /// Returns the network of the handle.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Returns the normalised name, without the network.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Folds the beginning of a handle as [`Handle::parse`] folds a whole one, except that a host
/// stays as it is written.
pub(super) fn folded_handle(network: &Network, start: &str) -> String {
    let composed: String = start.nfkc().collect();
    let bare = composed.trim().trim_start_matches('@');
    match network.handle_style() {
        HandleStyle::Exact => bare.to_owned(),
        HandleStyle::CaseInsensitive | HandleStyle::WithHost => fold_case(bare),
    }
}

/// Normalises `name@host`, or the address of an actor.
fn in_fediverse(network: &Network, text: &str) -> Result<String, Invalid> {
    let named = name_at_host(text);
    match spelt(text) {
        Some(address) if named.is_none() => Ok(address),
        _ => {
            let name = named.as_deref().unwrap_or(text);
            with_host(network, name.trim_end_matches('.'))
        }
    }
}

/// Normalises `name@host`, or a host or a DID alone where handles are hosts.
fn with_host(network: &Network, text: &str) -> Result<String, Invalid> {
    let is_bluesky = network.as_str() == "bluesky";
    if is_bluesky
        && text
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("did:"))
    {
        return decentralised_id(text);
    }
    match text.rsplit_once('@') {
        Some((name, host)) => Ok(format!("{}@{}", fold_case(name), normalised_host(host)?)),
        None if is_bluesky => normalised_host(text),
        None => Ok(fold_case(text)),
    }
}

/// Normalises a DID of a method that Bluesky has: `did:plc:` or `did:web:`, whose parts are in
/// lower case by their specifications.
fn decentralised_id(text: &str) -> Result<String, Invalid> {
    let lower = text.to_ascii_lowercase();
    let part = lower
        .strip_prefix("did:plc:")
        .or(lower.strip_prefix("did:web:"));
    let allowed = |c: char| c.is_ascii_alphanumeric() || ".-_:%".contains(c);
    match part {
        Some(part) if !part.is_empty() && part.chars().all(allowed) => Ok(lower),
        _ => Err(Invalid::new("a DID on bluesky is did:plc:… or did:web:…")),
    }
}

/// Folds Unicode case; ASCII, which is nearly everything, takes a cheap path.
fn fold_case(text: &str) -> String {
    if text.is_ascii() {
        text.to_ascii_lowercase()
    } else {
        caseless::default_case_fold_str(text).nfkc().collect()
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.network, self.name)
    }
}

/// Never shows the name: most handles belong to people who never enrolled.
impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handle({}:…)", self.network)
    }
}

/// The keyed hash of a handle: HMAC-SHA-256 (RFC 2104) of `network NUL name`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HandleMac(pub [u8; 32]);

impl fmt::Debug for HandleMac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HandleMac(…)")
    }
}

/// A secret key that hashes handles, with the number that rows store beside the
/// hash.
#[derive(Clone)]
pub struct HandleKey {
    id: i16,
    mac: Hmac<Sha256>,
}

impl HandleKey {
    /// Prepares a key from its number and its secret.
    ///
    /// # Errors
    /// If the secret is shorter than 16 bytes.
    pub fn new(id: i16, secret: &[u8]) -> Result<Self, Invalid> {
        if secret.len() < 16 {
            return Err(Invalid::new("a handle key must have at least 16 bytes"));
        }
        let mac = Hmac::new_from_slice(secret).map_err(Invalid::new)?;
        Ok(Self { id, mac })
    }

    /// Returns the number that rows store beside the hash.
    pub fn id(&self) -> i16 {
        self.id
    }

    /// Hashes a handle.
    pub fn mac(&self, handle: &Handle) -> HandleMac {
        let mut mac = self.mac.clone();
        mac.update(handle.network.as_str().as_bytes());
        mac.update(&[0]);
        mac.update(handle.name.as_bytes());
        HandleMac(mac.finalize().into_bytes().into())
    }

    /// Returns a value that differs between secrets and does not reveal them. The
    /// database stores it to notice that it was opened with another key than
    /// before.
    pub fn check_value(&self) -> [u8; 32] {
        let mut mac = self.mac.clone();
        mac.update(b"renown handle key check");
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for HandleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HandleKey({})", self.id)
    }
}

/// The key for new hashes, and the older keys that rows may still use.
#[derive(Debug, Clone)]
pub struct HandleKeys {
    current: HandleKey,
    retired: Vec<HandleKey>,
}

impl HandleKeys {
    /// Combines the current key with the retired ones.
    ///
    /// # Errors
    /// If two keys share a number.
    pub fn new(current: HandleKey, retired: Vec<HandleKey>) -> Result<Self, Invalid> {
        let mut ids: Vec<i16> = retired.iter().map(|k| k.id).chain([current.id]).collect();
        ids.sort_unstable();
        if ids.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Invalid::new("two handle keys have the same number"));
        }
        Ok(Self { current, retired })
    }

    /// Returns the key for new hashes.
    pub fn current(&self) -> &HandleKey {
        &self.current
    }

    /// Returns the keys that were current before; rows are rehashed when they are
    /// seen.
    pub fn retired(&self) -> &[HandleKey] {
        &self.retired
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handle(network: &str, name: &str) -> Handle {
        Handle::parse(&Network::parse(network).unwrap(), name).unwrap()
    }

    #[test]
    fn spellings_of_one_handle_are_equal() {
        assert_eq!(handle("twitter", "@Kevin"), handle("Twitter", "kevin"));
        assert_eq!(
            handle("mastodon", "@Ann@Example.Social"),
            handle("mastodon", "ann@example.social.")
        );
        assert_eq!(handle("twitter", "ｋｅｖｉｎ"), handle("twitter", "kevin"));
        assert_eq!(handle("mastodon", "STRASSE"), handle("mastodon", "straße"));
    }

    #[test]
    fn the_address_of_an_actor_is_a_spelling_of_its_name() {
        for spelling in [
            "https://Example.Social/users/Ann",
            "https://example.social/@ann",
            "acct:ann@example.social",
            "@ann@example.social.",
        ] {
            let ann = handle("mastodon", spelling);
            assert_eq!(ann.name(), "ann@example.social", "{spelling}");
        }
        let numbered = handle("mastodon", "https://Example.Social/ap/users/Ab");
        assert_eq!(numbered.name(), "https://example.social/ap/users/Ab");
        assert_eq!(handle("mastodon", numbered.name()), numbered);
        assert_ne!(
            handle("mastodon", "https://example.social/ap/users/ab"),
            numbered
        );
        assert_eq!(handle("shop", "acct:A@b").name(), "acct:A@b");
    }

    #[test]
    fn x_is_another_name_of_twitter() {
        assert_eq!(handle("x", "Kev"), handle("twitter", "kev"));
        assert_eq!(handle("X", "kev").to_string(), "twitter:kev");
    }

    #[test]
    fn hosts_are_not_folded_like_names() {
        assert_ne!(
            handle("mastodon", "ann@straße.de"),
            handle("mastodon", "ann@strasse.de")
        );
        assert_eq!(
            handle("mastodon", "ann@Straße.de"),
            handle("mastodon", "ann@xn--strae-oqa.de")
        );
        assert_ne!(
            handle("bluesky", "straße.de"),
            handle("bluesky", "strasse.de")
        );
    }

    #[test]
    fn a_did_is_a_handle_on_bluesky() {
        let did = handle("bluesky", "did:plc:wq4aajammjtxdomz3e23667t");
        assert_eq!(did.name(), "did:plc:wq4aajammjtxdomz3e23667t");
        assert_eq!(handle("bluesky", "DID:PLC:WQ4AAJAMMJTXDOMZ3E23667T"), did);
        let web = "did:web:xn--strae-oqa.example";
        assert_eq!(handle("bluesky", web).name(), web);
        let bluesky = Network::parse("bluesky").unwrap();
        for wrong in [
            "did:",
            "did:plc:",
            "did:key:zQ3sh",
            "did:web:straße.example",
        ] {
            assert!(Handle::parse(&bluesky, wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_nobody_sees_is_refused() {
        for network in ["twitter", "mastodon", "bluesky", "shop"] {
            let network = Network::parse(network).unwrap();
            for hidden in [
                "k\u{200b}ev",
                "\u{202e}kev",
                "kev\u{feff}",
                "k\u{ad}ev",
                "k\u{2066}v",
            ] {
                assert!(
                    Handle::parse(&network, hidden).is_err(),
                    "{network} {hidden:?}"
                );
            }
        }
    }

    #[test]
    fn case_counts_where_the_network_is_unknown() {
        assert_ne!(handle("shop", "A1"), handle("shop", "a1"));
    }

    #[test]
    fn reserved_prefixes_are_no_networks() {
        assert!(Network::parse("Email").is_err());
    }

    #[test]
    fn the_same_name_on_two_networks_has_two_hashes() {
        let key = HandleKey::new(1, &[7; 32]).unwrap();
        assert_ne!(
            key.mac(&handle("twitter", "k")),
            key.mac(&handle("github", "k"))
        );
    }

    #[test]
    fn debug_output_hides_names() {
        assert!(!format!("{:?}", handle("twitter", "kevin")).contains("kevin"));
    }
}
