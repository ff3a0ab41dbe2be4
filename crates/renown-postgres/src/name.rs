//! The name of the database of a private Postgres.

/// The name of the database and of its owner. It needs no quoting in SQL or in a
/// URL, and is part of the socket directory's name if that is in `/tmp`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatabaseName(&'static str);

impl DatabaseName {
    /// Checks a name: 1 to 40 lower-case letters, digits and underscores, beginning
    /// with a letter. `postgres`, `template0` and `template1` belong to the server.
    ///
    /// # Panics
    ///
    /// If the name is not valid. In a `const`, this is a compile error.
    pub const fn new(name: &'static str) -> Self {
        let bytes = name.as_bytes();
        assert!(
            !bytes.is_empty() && bytes.len() <= 40 && bytes[0].is_ascii_lowercase(),
            "a database's name has 1 to 40 characters and begins with a lower-case letter"
        );
        let mut at = 0;
        while at < bytes.len() {
            assert!(
                matches!(bytes[at], b'a'..=b'z' | b'0'..=b'9' | b'_'),
                "a database's name has lower-case letters, digits and underscores only"
            );
            at += 1;
        }
        assert!(
            !matches!(bytes, b"postgres" | b"template0" | b"template1"),
            "this database is the server's own"
        );
        Self(name)
    }

    /// Returns the name as text.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl std::fmt::Display for DatabaseName {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_need_quoting_are_refused() {
        for name in ["", "Shop", "shop-2", "2shop", "a b", "x\"y", "postgres"] {
            let refused = std::panic::catch_unwind(|| DatabaseName::new(name));
            assert!(refused.is_err(), "{name:?} passed");
        }
        assert_eq!(DatabaseName::new("shop_2").as_str(), "shop_2");
    }
}
