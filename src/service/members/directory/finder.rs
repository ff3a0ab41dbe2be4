//! The search for members by a text that may be the beginning of a name or of an identity.

use std::collections::BTreeSet;

use super::super::MemberProfile;
use super::super::enrolment::profiles;
use super::Directory;
use crate::service::error::Result;
use crate::store;
use renown_core::domain::{IdentityPrefix, MemberFilter, MemberId, NamePrefix, Network};

impl Directory {
    /// Returns at most `limit` members of whom the name has words that begin so, or an
    /// identity begins so, in any case: those first of whom a whole identity is named, then
    /// those found by their name.
    pub async fn find_any(&self, text: &str, limit: u16) -> Result<Vec<MemberProfile>> {
        let text = text.trim();
        let mut conn = self.context.connection().await?;
        let mut whole = Vec::new();
        let mut begun = Vec::new();
        // A network or kind before the colon says where to look.
        if let Ok(prefix) = text.parse::<IdentityPrefix>() {
            let filter = MemberFilter {
                identity: Some(prefix.folded(&[])),
                ..MemberFilter::default()
            };
            begun = self.search(&mut conn, &filter, limit).await?;
        } else {
            let networks = store::members::networks::of_members(&mut conn, &[]).await?;
            let accounts = beginnings(&networks, text);
            let start = text.to_lowercase();
            let rows = i64::from(limit);
            let found = store::members::by_any_identity(&mut conn, &accounts, &start, rows).await?;
            for one in found {
                let list = if one.is_whole { &mut whole } else { &mut begun };
                list.push(one.member);
            }
        }
        let named = match text.parse::<NamePrefix>() {
            Ok(name) => {
                let filter = MemberFilter {
                    name: Some(name),
                    ..MemberFilter::default()
                };
                self.search(&mut conn, &filter, limit).await?
            }
            Err(_) => Vec::new(),
        };
        let mut ids: Vec<MemberId> = Vec::new();
        for member in whole.into_iter().chain(named).chain(begun) {
            if !ids.contains(&member) {
                ids.push(member);
            }
        }
        ids.truncate(limit.into());
        let members = store::members::members(&mut conn, &ids).await?;
        profiles(&mut conn, members).await
    }

    async fn search(
        &self,
        conn: &mut sqlx::PgConnection,
        filter: &MemberFilter,
        limit: u16,
    ) -> Result<Vec<MemberId>> {
        let model = self.current.version();
        let found = store::members::search(conn, filter, &model, limit).await?;
        Ok(found.places.iter().map(|place| place.member).collect())
    }
}

/// Returns how handles begin on each network that begin with the text, as the network
/// compares them. Where case counts, the text is tried in lower and in upper case, too.
fn beginnings(networks: &BTreeSet<Network>, text: &str) -> Vec<(Network, String)> {
    let variants = [text.to_owned(), text.to_lowercase(), text.to_uppercase()];
    let mut all = BTreeSet::new();
    for network in networks {
        for variant in &variants {
            let prefix = format!("{network}:{variant}").parse();
            if let Ok(IdentityPrefix::Account(network, start)) = prefix {
                all.insert((network, start));
            }
        }
    }
    all.into_iter().collect()
}
