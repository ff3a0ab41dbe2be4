//! The reason for a tier and a service level in one sentence, for the people at a desk.

use chrono::{DateTime, Utc};

use super::condition::Condition;
use super::evaluate::{Outcome, holds};
use super::facts::Facts;
use super::ladder::InEffect;
use super::program::{Program, Tier};
use super::source::Giver;
use super::view::View;
use super::words;
use crate::domain::{GrantId, Index};

impl Program {
    /// Returns in one sentence why a member has the tier of an outcome: `Insider: standing
    /// at least 74, where 25 is asked`. It is the same for people who were never seen,
    /// who are not enrolled and who opted out.
    pub fn tier_in_words(&self, facts: &Facts<'_>, outcome: &Outcome<'_>) -> String {
        let (view, _) = self.view_in_tier(facts);
        let in_effect = &outcome.tier;
        let tier = self.tier(in_effect.tier).unwrap_or_else(|| self.floor());
        let why = self.why_tier(tier, in_effect, facts, &view);
        format!("{}: {why}", tier.title)
    }

    /// Returns in one sentence why a member has the service level of an outcome.
    pub fn level_in_words(&self, facts: &Facts<'_>, outcome: &Outcome<'_>) -> String {
        let (view, _) = self.view_in_tier(facts);
        let level = outcome.service_level;
        match self.service_level(outcome.tier.tier, &view).1 {
            Some(condition) => {
                let title = level.title.as_ref().unwrap_or(&level.id);
                format!("{title}: {}", self.said(condition, &view))
            }
            None => self.tier_in_words(facts, outcome),
        }
    }

    fn why_tier(
        &self,
        tier: &Tier,
        in_effect: &InEffect<'_>,
        facts: &Facts<'_>,
        view: &View<'_>,
    ) -> String {
        if facts.member.is_none() {
            return "nothing is known of this person, and everybody gets at least this".to_owned();
        }
        if let Some(grant) = in_effect.grant {
            return self.by_grant(grant, facts);
        }
        if in_effect.kept {
            return self.kept(tier, in_effect, facts, view);
        }
        match self.deciding(tier, facts, view) {
            Some(condition) if holds(Some(condition), view) => self.said(condition, view),
            Some(_) => "as it was last recorded".to_owned(),
            None => self.at_least(tier, facts, view),
        }
    }

    fn by_grant(&self, grant: GrantId, facts: &Facts<'_>) -> String {
        let grant = self.grants(facts).iter().find(|other| other.id == grant);
        match grant.and_then(|grant| grant.ends_at) {
            Some(end) => format!("by a grant, until {}", self.date(end)),
            None => "by a grant".to_owned(),
        }
    }

    /// Says until when a tier is kept that is no longer earned, and what it lacks.
    fn kept(
        &self,
        tier: &Tier,
        in_effect: &InEffect<'_>,
        facts: &Facts<'_>,
        view: &View<'_>,
    ) -> String {
        let kept = match (
            &in_effect.held,
            &in_effect.will_change,
            in_effect.keep_until,
        ) {
            (Some(_), ..) => "kept while a source of data is silent".to_owned(),
            (_, Some(fall), _) if fall.at > facts.now => {
                format!("kept until {}", self.date(fall.at))
            }
            (_, None, Some(until)) if until > facts.now => {
                format!("kept at least until {}", self.date(until))
            }
            _ => "kept for now".to_owned(),
        };
        match self.deciding(tier, facts, view) {
            Some(condition) if !holds(Some(condition), view) => {
                format!("{kept}; {}", self.said(condition, view))
            }
            _ => kept,
        }
    }

    /// Returns the reason of the floor, which every member gets, with what the next tier
    /// asks for.
    fn at_least(&self, tier: &Tier, facts: &Facts<'_>, view: &View<'_>) -> String {
        let floor = "everybody gets at least this";
        if knows_nothing(facts) {
            return format!("nothing is known of this person yet, and {floor}");
        }
        let rank = self.rank(&tier.id).unwrap_or_default();
        let mut above = self.tiers[..rank].iter().rev();
        let next = above.find(|tier| tier.by == Giver::Rules);
        match next.and_then(|next| Some((next, next.condition.as_ref()?))) {
            Some((next, condition)) if !holds(Some(condition), view) => {
                format!(
                    "{floor}; for {}: {}",
                    next.title,
                    self.said(condition, view)
                )
            }
            _ => floor.to_owned(),
        }
    }

    fn said(&self, condition: &Condition, view: &View<'_>) -> String {
        words::tests(&condition.tree, &self.names, view)
    }

    /// Returns the day of a time in the program's time zone: `3 December 2026`.
    fn date(&self, time: DateTime<Utc>) -> String {
        self.day_of(time).format("%-d %B %Y").to_string()
    }
}

fn knows_nothing(facts: &Facts<'_>) -> bool {
    let attributes = facts.member.map(|member| member.attributes.as_map());
    if attributes.is_some_and(|attributes| !attributes.is_empty()) {
        return false;
    }
    let score = facts.score;
    let unknown = score.influence == Index::Unknown && score.value == Index::Unknown;
    unknown && score.topics.is_empty() && facts.imported.is_empty()
}
