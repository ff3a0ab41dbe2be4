//! Names of hosts in handles and e-mail addresses.

use super::Invalid;

/// Normalises the name of a host, so that its spellings are equal: lower case, and
/// internationalised labels in Unicode as IDNA 2008 reads them. `straße.example` and
/// `strasse.example` are two hosts; `xn--strae-oqa.example` is the first of them.
///
/// # Errors
/// If a label is no internationalised domain name.
pub(super) fn normalised_host(name: &str) -> Result<String, Invalid> {
    let lower = name.to_ascii_lowercase();
    if lower.is_ascii() && !lower.contains("xn--") {
        return Ok(lower);
    }
    match idna::domain_to_unicode(&lower) {
        (host, Ok(())) => Ok(host),
        _ => Err(Invalid::new("the host is no internationalised domain name")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_compared_as_idna_2008_does() {
        let host = |name: &str| normalised_host(name).unwrap();
        assert_eq!(host("Example.COM"), "example.com");
        assert_eq!(host("STRAßE.example"), host("xn--strae-oqa.example"));
        assert_ne!(host("straße.example"), host("strasse.example"));
        assert_eq!(host("MÜNCHEN.example"), "münchen.example");
        assert!(normalised_host("xn--a.example").is_err());
    }
}
