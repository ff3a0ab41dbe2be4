//! Addresses of people in the fediverse (ActivityPub), as their servers write them.

use percent_encoding::percent_decode_str;
use url::Url;

/// Words before a name in the path of an actor's address: Mastodon and most others, BookWyrm,
/// Lemmy (people, communities), PeerTube (accounts, channels), Mbin, Friendica and WordPress.
const BEFORE_NAMES: [&str; 9] = [
    "users",
    "user",
    "u",
    "c",
    "accounts",
    "video-channels",
    "m",
    "profile",
    "author",
];
/// Those of them below which a person's content is.
const BEFORE_OWNERS: [&str; 4] = ["users", "user", "u", "accounts"];

/// Returns `name@host` for `acct:name@host`, and for the address of an actor whose path has
/// the name: `https://host/users/name`, `https://host/@name`.
pub(super) fn name_at_host(address: &str) -> Option<String> {
    if let Some(name) = address.strip_prefix("acct:") {
        return Some(name.trim_start_matches('@').to_owned());
    }
    let (host, path, rest) = parts(address)?;
    if !rest.is_empty() {
        return None;
    }
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let name = match path[..] {
        [name] => name.strip_prefix('@')?,
        [word, name] if BEFORE_NAMES.contains(&word) => name,
        ["federation", "actors", name] => name,
        _ => return None,
    };
    match name.matches('@').count() {
        _ if name.is_empty() => None,
        0 => Some(format!("{name}@{host}")),
        // A server's page about an account of another one.
        1 => Some(name.to_owned()),
        _ => None,
    }
}

/// Returns whether an address is that of an actor whose name it has.
pub fn names_actor(address: &str) -> bool {
    name_at_host(address).is_some()
}

/// Returns the address of the actor whose content has this address, if the path says so:
/// `https://host/users/name` for `https://host/users/name/statuses/1`.
pub fn owner_of_content(address: &str) -> Option<String> {
    let (host, path, _) = parts(address)?;
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let base = address.split("://").next()?;
    let actor = match path[..] {
        [name, _, ..] if name.len() > 1 && name.starts_with('@') => name.to_owned(),
        [word, name, _, ..] if BEFORE_OWNERS.contains(&word) => format!("{word}/{name}"),
        // Pixelfed.
        ["p", name, _] => format!("users/{name}"),
        // Mastodon, for accounts that have a number instead of a name.
        ["ap", "users", number, _, ..] => format!("ap/users/{number}"),
        _ => return None,
    };
    Some(format!("{}://{host}/{actor}", base.to_ascii_lowercase()))
}

/// Returns the host of an address, with its port if that is not the usual one.
pub fn host_of(address: &str) -> Option<String> {
    parts(address).map(|(host, _, _)| host)
}

/// Returns an address in its usual spelling: the scheme and the host in lower case.
pub(super) fn spelt(address: &str) -> Option<String> {
    parse(address).map(|url| url.as_str().to_owned())
}

fn parse(address: &str) -> Option<Url> {
    let url = Url::parse(address).ok()?;
    matches!(url.scheme(), "https" | "http").then_some(url)
}

/// Returns the host, the segments of the path that are not empty, and what follows the path.
fn parts(address: &str) -> Option<(String, Vec<String>, String)> {
    let url = parse(address)?;
    let mut host = url.host_str()?.to_owned();
    if let Some(port) = url.port() {
        host = format!("{host}:{port}");
    }
    let segments = url.path_segments()?.filter(|segment| !segment.is_empty());
    let decoded = segments.map(|segment| {
        let text = percent_decode_str(segment).decode_utf8().ok()?;
        Some(text.into_owned())
    });
    let path = decoded.collect::<Option<Vec<String>>>()?;
    let rest = [url.query(), url.fragment()].into_iter().flatten();
    Some((host, path, rest.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_an_actor_names_it() {
        for (address, name) in [
            ("acct:ann@example.social", "ann@example.social"),
            ("https://example.social/users/Ann", "Ann@example.social"),
            ("https://Example.Social/@ann/", "ann@example.social"),
            ("https://example.social/%40ann", "ann@example.social"),
            ("https://example.social/@bob@example.com", "bob@example.com"),
            ("https://lemmy.example/u/ann", "ann@lemmy.example"),
            ("https://lemmy.example/c/food", "food@lemmy.example"),
            ("https://tube.example/accounts/ann", "ann@tube.example"),
            (
                "https://tube.example/video-channels/food_channel",
                "food_channel@tube.example",
            ),
            ("http://localhost:3000/users/ann", "ann@localhost:3000"),
        ] {
            assert_eq!(name_at_host(address).as_deref(), Some(name), "{address}");
        }
        for other in [
            "https://example.social/users/ann/statuses/1",
            "https://example.social/users/ann#main-key",
            "https://example.social/ap/users/1",
            "https://example.social/users",
            "https://example.social/@",
            "https://example.social/@a@b@c",
            "https://example.social",
            "ftp://example.social/users/ann",
            "ann@example.social",
            "urn:uuid:1",
            "",
        ] {
            assert_eq!(name_at_host(other), None, "{other}");
        }
    }

    #[test]
    fn the_address_of_content_may_name_its_owner() {
        for (address, owner) in [
            (
                "https://example.social/users/ann/statuses/1",
                "https://example.social/users/ann",
            ),
            (
                "https://example.social/@ann/1",
                "https://example.social/@ann",
            ),
            (
                "https://pix.example/p/ann/1",
                "https://pix.example/users/ann",
            ),
            (
                "https://example.social/ap/users/1/statuses/2",
                "https://example.social/ap/users/1",
            ),
        ] {
            assert_eq!(
                owner_of_content(address).as_deref(),
                Some(owner),
                "{address}"
            );
        }
        for other in [
            "https://lemmy.example/post/1",
            "https://lemmy.example/c/food/p/1",
            "https://pleroma.example/objects/1",
            "https://example.social/@/1",
            "https://example.social/users/ann",
        ] {
            assert_eq!(owner_of_content(other), None, "{other}");
        }
    }
}
