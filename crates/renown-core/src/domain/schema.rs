//! The form of text types in the OpenAPI document: a wire type that has a member of such a
//! type shows its limits without repeating them.

use std::ops::RangeInclusive;

use utoipa::openapi::ObjectBuilder;
use utoipa::openapi::schema::Type;

/// Starts the schema of a text with an example and its least and greatest number of
/// characters.
pub(super) fn text(example: &str, characters: RangeInclusive<usize>) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .examples([example])
        .min_length(Some(*characters.start()).filter(|least| *least > 0))
        .max_length(Some(*characters.end()))
}

/// Starts the schema of a text that is one of the names of an enum.
pub(super) fn one_of<T, const N: usize>(all: [(T, &'static str); N]) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(all.map(|(_, name)| name)))
}

/// Gives a type a schema, as a component under its own name.
macro_rules! described {
    ($name:ident: $schema:expr) => {
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                $schema.into()
            }
        }
        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }
    };
}
pub(super) use described;
