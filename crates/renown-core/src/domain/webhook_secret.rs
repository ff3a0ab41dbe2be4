//! The secrets of webhooks, and the signatures made with them, as in Standard
//! Webhooks 1.0 (<https://www.standardwebhooks.com>).

use std::fmt;
use std::ops::RangeInclusive;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use super::Invalid;
use super::schema::{described, text};

/// The prefix of a written secret.
const PREFIX: &str = "whsec_";

/// The number of bytes of a secret.
const BYTES: RangeInclusive<usize> = 24..=64;

/// A secret that a webhook and its receiver share: 24 to 64 bytes, written as
/// `whsec_` and their Base64.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(Vec<u8>);

impl WebhookSecret {
    /// Checks the bytes, which come from a generator or the database.
    ///
    /// # Errors
    /// If there are fewer than 24 or more than 64.
    pub fn new(bytes: Vec<u8>) -> Result<Self, Invalid> {
        if BYTES.contains(&bytes.len()) {
            Ok(Self(bytes))
        } else {
            Err(Invalid::new(
                "a secret is 'whsec_' and the Base64 of 24 to 64 random bytes",
            ))
        }
    }

    /// Reads a secret that the receiver provides.
    ///
    /// # Errors
    /// If it is not `whsec_` and the Base64 of 24 to 64 bytes.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let encoded = text.strip_prefix(PREFIX);
        let bytes = encoded.and_then(|encoded| STANDARD.decode(encoded).ok());
        Self::new(bytes.unwrap_or_default())
    }

    /// Returns the secret in clear text. Take care where it goes.
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.0))
    }

    /// Returns the bytes, for the database.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Signs a message that is sent at `timestamp` (seconds since 1970): `v1,` and
    /// the Base64 of an HMAC-SHA256.
    pub fn sign(&self, id: Uuid, timestamp: i64, body: &[u8]) -> String {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

/// Returns the header `webhook-signature`: one signature per secret, so that a
/// receiver that is changing its secret finds the one it knows.
pub fn signatures(secrets: &[WebhookSecret], id: Uuid, timestamp: i64, body: &[u8]) -> String {
    let each = secrets
        .iter()
        .map(|secret| secret.sign(id, timestamp, body));
    each.collect::<Vec<_>>().join(" ")
}

described!(WebhookSecret: text("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", 38..=94)
    .pattern(Some("^whsec_[A-Za-z0-9+/]{32,86}={0,2}$")));

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_secret_has_24_to_64_bytes() {
        for (length, right) in [(0, false), (23, false), (24, true), (64, true), (65, false)] {
            let text = format!("whsec_{}", STANDARD.encode(vec![7; length]));
            assert_eq!(WebhookSecret::parse(&text).is_ok(), right, "{length}");
        }
        let bare = STANDARD.encode([7; 32]);
        assert!(WebhookSecret::parse(&bare).is_err(), "no prefix");
        assert!(WebhookSecret::parse("whsec_no base64 at all, not even nearly").is_err());
    }

    #[test]
    fn a_secret_does_not_print() {
        let secret = WebhookSecret::new(vec![b'x'; 32]).unwrap();
        assert_eq!(format!("{secret:?}"), "WebhookSecret(…)");
    }

    #[test]
    fn every_secret_signs() {
        let old = WebhookSecret::new(vec![1; 32]).unwrap();
        let new = WebhookSecret::new(vec![2; 32]).unwrap();
        let header = signatures(&[new.clone(), old.clone()], Uuid::nil(), 1, b"{}");
        let expected = format!(
            "{} {}",
            new.sign(Uuid::nil(), 1, b"{}"),
            old.sign(Uuid::nil(), 1, b"{}")
        );
        assert_eq!(header, expected);
    }

    proptest! {
        #[test]
        fn a_secret_reads_back(bytes in prop::collection::vec(any::<u8>(), 24..=64)) {
            let secret = WebhookSecret::new(bytes).unwrap();
            prop_assert_eq!(WebhookSecret::parse(&secret.reveal()).unwrap(), secret);
        }

        #[test]
        fn whatever_is_signed_counts(
            body in prop::collection::vec(any::<u8>(), 0..64),
            id in any::<u128>(),
            timestamp in 0i64..4_000_000_000,
        ) {
            let secret = WebhookSecret::new(vec![9; 32]).unwrap();
            let signed = secret.sign(Uuid::from_u128(id), timestamp, &body);
            prop_assert_ne!(&signed, &secret.sign(Uuid::from_u128(id ^ 1), timestamp, &body));
            prop_assert_ne!(&signed, &secret.sign(Uuid::from_u128(id), timestamp + 1, &body));
            let mut longer = body.clone();
            longer.push(b' ');
            prop_assert_ne!(&signed, &secret.sign(Uuid::from_u128(id), timestamp, &longer));
        }
    }
}
