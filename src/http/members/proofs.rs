//! Proofs of identities, as members' routes take and show them.

use std::collections::BTreeMap;

use serde::Deserialize;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, OneOf, Schema, Type};
use utoipa::openapi::{Object, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::http::error::Problem;
use crate::service::members::GivenProof;
use renown_core::domain::{
    Identity, IdentityText, IdentityVerification, Invalid, Proof, TextLine, Timestamp,
};

/// The most proofs of one request: of fifty identities, and of that in the path.
const MAX_PROOFS: usize = 51;

/// How you know that an identity is the member's.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(
    tag = "state",
    rename_all = "snake_case",
    deny_unknown_fields,
    expecting = "a proof, like {\"state\": \"verified\", \"by\": \"front desk\"}"
)]
#[schema(example = json!({"state": "verified", "by": "front desk"}))]
pub enum ProofBody {
    /// A person, or another system, has said so. A verification of the identity is taken back.
    Asserted {},
    /// You have verified it.
    Verified {
        /// Who verified it, or what: `front desk`, `sign-in with GitHub`.
        by: TextLine,
        /// When it was verified. If absent, the time of a known verification by the same
        /// stays; a new one is of now.
        at: Option<Timestamp>,
    },
}

/// Describes proofs by their identities, for the contract.
pub(super) fn given_proofs() -> Object {
    by_identity(forms())
}

/// Describes proofs by their identities of which null takes one back.
pub(super) fn changed_proofs() -> Object {
    let mut forms = forms();
    let null = ObjectBuilder::new().schema_type(Type::Null).build();
    forms.items.push(null.into());
    by_identity(forms)
}

fn by_identity(forms: OneOf) -> Object {
    let example = serde_json::json!({"twitter:zoe": {"state": "verified", "by": "front desk"}});
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(
            "How you know that these identities are the member's, by the identities. Others stay \
             as they are; a new one is `asserted`.",
        ))
        .property_names(Some(IdentityText::schema()))
        .additional_properties(Some(Schema::OneOf(forms)))
        .max_properties(Some(MAX_PROOFS))
        .examples([example])
        .build()
}

/// Returns the forms of a proof, which have no other members than those described.
fn forms() -> OneOf {
    let RefOr::T(Schema::OneOf(mut forms)) = ProofBody::schema() else {
        return OneOf::default();
    };
    for form in &mut forms.items {
        if let RefOr::T(Schema::Object(form)) = form {
            form.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
        }
    }
    forms
}

/// Reads proofs by their identities; null takes a verification back.
pub(super) fn proofs(
    given: impl IntoIterator<Item = (String, Option<ProofBody>)>,
) -> Result<BTreeMap<Identity, GivenProof>, Problem> {
    let mut proofs = BTreeMap::new();
    for (text, proof) in given {
        let identity: Identity = text.parse().map_err(|invalid: Invalid| {
            Problem::invalid_request()
                .pointer("/proofs")
                .detail(invalid)
        })?;
        let proof = match proof {
            None | Some(ProofBody::Asserted {}) => GivenProof::Asserted,
            Some(ProofBody::Verified { by, at }) => GivenProof::Verified {
                by,
                at: at.map(Timestamp::get),
            },
        };
        if proofs.insert(identity, proof).is_some() {
            return Err(Problem::invalid_request()
                .pointer("/proofs")
                .detail("an identity has two proofs"));
        }
    }
    if proofs.len() > MAX_PROOFS {
        return Err(Problem::invalid_request()
            .pointer("/proofs")
            .detail(format_args!("a request has at most {MAX_PROOFS} proofs")));
    }
    Ok(proofs)
}

/// Returns the proof of each identity.
pub(super) fn proofs_shown(
    identities: &[Identity],
    verified: &BTreeMap<Identity, IdentityVerification>,
) -> BTreeMap<String, Proof> {
    let shown = identities
        .iter()
        .map(|identity| (identity.to_string(), verified.get(identity).into()));
    shown.collect()
}
