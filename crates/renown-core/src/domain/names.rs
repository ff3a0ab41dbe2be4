//! Enums whose values have names: in the wire format, in files and in tables.

/// Implements the common part of named enums: a list of all values, the name of
/// each, and parsing a name.
macro_rules! names {
    ($name:ident, $what:literal: $($variant:ident = $text:literal),+ $(,)?) => {
        impl $name {
            /// All values with their names.
            pub const ALL: [(Self, &'static str); [$($text),+].len()] =
                [$((Self::$variant, $text)),+];

            /// Returns the name of the value.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let found = Self::ALL.into_iter().find(|(_, name)| *name == text);
                found.map(|(value, _)| value).ok_or_else(|| {
                    let names: Vec<&str> = Self::ALL.into_iter().map(|(_, name)| name).collect();
                    $crate::domain::Invalid::new(format_args!(
                        concat!($what, " is one of {}"),
                        names.join(", ")
                    ))
                })
            }
        }
    };
}
pub(crate) use names;
