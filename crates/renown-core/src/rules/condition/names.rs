//! Resolves the names in a condition, and suggests a known name for an unknown one.

use cel::IdedExpr;
use cel::common::ast::{Expr, LiteralValue, SelectExpr};

use super::Problem;
use super::expr::*;
use super::lower::{Lowering, Term, bad_literal};
use crate::domain::Topic;
use crate::rules::diagnostic::{Severity, nearest};
use crate::rules::setting::Setting;
use crate::rules::standing::IndexRef;

const ROOTS: &[&str] = &[
    "standing",
    "influence",
    "value",
    "index",
    "topic",
    "tier",
    "member",
    "request",
    "identity",
    "now",
];
const FACETS: &[&str] = &["score", "lower", "upper", "percentile", "unknown"];
const TOPIC_FACETS: &[&str] = &["influence", "confidence", "interest", "rank", "unknown"];
const IDENTITY_FIELDS: &[&str] = &["verified"];
const MEMBER_FIELDS: &[&str] = &["days_enrolled", "networks", "country", "attributes"];

impl Names {
    /// Returns the problem with a topic that the program names. A warning is given once, where
    /// the topic occurs first; an error at each place, because each has to be corrected.
    pub(in crate::rules) fn judge_topic(
        &mut self,
        topic: &Topic,
        setting: Option<&Setting<'_>>,
    ) -> Option<Problem> {
        let problem = setting?.judge_topic(topic)?;
        let first = !self.reported_topics.contains(topic);
        if first {
            self.reported_topics.push(topic.clone());
        }
        (first || problem.severity == Severity::Error).then_some(problem)
    }
}

impl Lowering<'_> {
    pub(super) fn root(&mut self, at: &IdedExpr, name: &str) -> Option<Term> {
        if self.item.as_deref() == Some(name) {
            return Some(Term::Text(Text::Item));
        }
        match name {
            "standing" => Some(Term::Index(Subject::Standing)),
            "influence" | "value" => {
                let index = IndexRef::parse(name).ok()?;
                Some(Term::Index(Subject::Index(self.names.index(&index))))
            }
            "member" => Some(Term::Member),
            "request" if self.scope.tiers.is_some() => Some(Term::Request),
            "identity" if self.scope.tiers.is_some() => Some(Term::Identity),
            "request" | "identity" | "tier" if self.scope.audience.is_some() => {
                let message = format!(
                    "An audience cannot depend on '{name}': it is the same in every program."
                );
                self.fail(at, Problem::new("unknown-name", 0, message))
            }
            "request" | "identity" => {
                let message = "A tier is held, and cannot depend on what is asked about it.";
                let problem = Problem::new("unknown-name", 0, message);
                self.fail(at, problem.hint("ask for it in the 'when' of a perk"))
            }
            "now" => Some(Term::Time(Time::Now)),
            "tier" if self.scope.tiers.is_some() => Some(Term::Text(Text::Tier)),
            "tier" => {
                let message = "A tier's condition cannot depend on 'tier': tiers are found first.";
                self.fail(at, Problem::new("unknown-name", 0, message))
            }
            "index" | "topic" | "table" | "audience" => {
                let message = format!("'{name}' needs a name.");
                let problem = Problem::new("type-mismatch", 0, message);
                self.fail(at, problem.hint(format!("write {name}(\"…\")")))
            }
            _ => self.unknown_name(at, name, &self.with_table(ROOTS)),
        }
    }

    pub(super) fn unknown_name<T>(
        &mut self,
        at: &IdedExpr,
        name: &str,
        known: &[&str],
    ) -> Option<T> {
        let hint = nearest(name, known.iter().copied()).map_or_else(
            || format!("known here: {}", known.join(", ")),
            |near| format!("did you mean '{near}'?"),
        );
        let message = format!("There is no '{name}' here.");
        self.fail_at_name(at, Problem::new("unknown-name", 0, message).hint(hint))
    }

    pub(super) fn select(&mut self, at: &IdedExpr, select: &SelectExpr) -> Option<Term> {
        let operand = self.term(&select.operand)?;
        let field = select.field.as_str();
        if select.test {
            return self.has(at, operand, field).map(Term::Bool);
        }
        match operand {
            Term::Index(subject) => self.facet(at, subject, field),
            Term::Topic(slot) => self.topic_facet(at, slot, field),
            Term::Member => self.member_field(at, field),
            Term::Attributes => self
                .attribute(at, Owner::Member, field)
                .map(Term::Attribute),
            Term::Request => self
                .attribute(at, Owner::Request, field)
                .map(Term::Attribute),
            Term::Identity if field == "verified" => {
                let verified = self.attribute(at, Owner::Identity, field)?;
                Some(Term::Bool(Bool::leaf(Atom::Flag(verified))))
            }
            Term::Identity => self.unknown_name(at, field, IDENTITY_FIELDS),
            Term::Table(slot) => self.table_output(at, slot, field),
            other => {
                let message = format!("{} has no field '{field}'.", other.a_kind());
                self.fail(at, Problem::new("unknown-name", 0, message))
            }
        }
    }

    fn has(&mut self, at: &IdedExpr, operand: Term, field: &str) -> Option<Bool> {
        let owner = match operand {
            Term::Attributes => Owner::Member,
            Term::Request => Owner::Request,
            _ => {
                let message = "has(…) tests for an attribute or a part of the request.";
                let problem = Problem::new("type-mismatch", 0, message);
                return self.fail(at, problem.hint("has(member.attributes.country)"));
            }
        };
        let attribute = self.attribute(at, owner, field)?;
        Some(Bool::leaf(Atom::Has(attribute)))
    }

    fn facet(&mut self, at: &IdedExpr, subject: Subject, field: &str) -> Option<Term> {
        let facet = match field {
            "unknown" => return Some(Term::Bool(Bool::leaf(Atom::Unknown(subject)))),
            "score" => Facet::Score,
            "lower" => Facet::Lower,
            "upper" => Facet::Upper,
            "percentile" => Facet::Percentile,
            _ => return self.unknown_name(at, field, FACETS),
        };
        self.names.standing_percentile |=
            subject == Subject::Standing && facet == Facet::Percentile;
        match subject {
            Subject::Index(slot) => Some(Term::Num(Num::Quantity(Quantity::Index(slot, facet)))),
            _ => Some(Term::Num(Num::Quantity(Quantity::Standing(facet)))),
        }
    }

    fn topic_facet(&mut self, at: &IdedExpr, slot: usize, field: &str) -> Option<Term> {
        let facet = match field {
            "unknown" => return Some(Term::Bool(Bool::leaf(Atom::Unknown(Subject::Topic(slot))))),
            "rank" => return Some(Term::Num(Num::Quantity(Quantity::Rank(slot)))),
            "influence" => TopicFacet::Influence,
            "confidence" => TopicFacet::Confidence,
            "interest" => TopicFacet::Interest,
            _ => return self.unknown_name(at, field, TOPIC_FACETS),
        };
        Some(Term::Num(Num::Quantity(Quantity::Topic(slot, facet))))
    }

    fn member_field(&mut self, at: &IdedExpr, field: &str) -> Option<Term> {
        match field {
            "days_enrolled" => Some(Term::Num(Num::Quantity(Quantity::DaysEnrolled))),
            "networks" => Some(Term::List(List::Networks)),
            "attributes" => Some(Term::Attributes),
            "country" => self
                .attribute(at, Owner::Member, field)
                .map(Term::Attribute),
            _ if nearest(field, MEMBER_FIELDS.iter().copied()).is_some() => {
                self.unknown_name(at, field, MEMBER_FIELDS)
            }
            _ => {
                let message = format!("There is no '{field}' in 'member'.");
                let problem = Problem::new("unknown-name", 0, message);
                let hint = format!("what a business knows is in 'member.attributes.{field}'");
                self.fail_at_name(at, problem.hint(hint))
            }
        }
    }

    /// Resolves an attribute. Refuses protected attributes of members.
    fn attribute(&mut self, at: &IdedExpr, owner: Owner, name: &str) -> Option<AttributeRef> {
        let protected = |setting: &Setting<'_>| setting.protected.contains(name);
        if owner == Owner::Member && self.scope.setting.is_some_and(protected) {
            let message = format!("Nobody may be chosen by '{name}': it is a protected attribute.");
            let problem = Problem::new("protected-attribute", 0, message);
            return self.fail_at_name(
                at,
                problem.hint("it is shown in reports of who is left out"),
            );
        }
        Some(AttributeRef {
            owner,
            name: name.into(),
        })
    }

    /// Lowers a subscript, such as `member.attributes["room-type"]`.
    pub(super) fn subscript(
        &mut self,
        at: &IdedExpr,
        operand: &IdedExpr,
        key: &IdedExpr,
    ) -> Option<Term> {
        let owner = match self.term(operand)? {
            Term::Attributes => Owner::Member,
            Term::Request => Owner::Request,
            Term::Table(slot) => {
                let name = self.written_text(key)?;
                return self.table_output(key, slot, &name);
            }
            _ => {
                let message = "Only attributes and the request can be looked into by name.";
                return self.fail(at, Problem::new("type-mismatch", 0, message));
            }
        };
        let name = self.written_text(key)?;
        self.attribute(key, owner, &name).map(Term::Attribute)
    }

    /// Returns a text literal; reports a problem with any other expression.
    pub(super) fn written_text(&mut self, at: &IdedExpr) -> Option<Box<str>> {
        if let Expr::Literal(LiteralValue::String(text)) = &at.expr {
            return Some(text.inner().into());
        }
        let message = "This must be a text in quotes.";
        self.fail(at, Problem::new("type-mismatch", 0, message))
    }

    pub(super) fn named_index(&mut self, at: &IdedExpr) -> Option<Term> {
        let name = self.written_text(at)?;
        match IndexRef::parse(&name) {
            Ok(index) => Some(Term::Index(Subject::Index(self.names.index(&index)))),
            Err(invalid) => self.fail(at, bad_literal(&invalid)),
        }
    }

    pub(super) fn named_topic(&mut self, at: &IdedExpr) -> Option<Term> {
        let name = self.written_text(at)?;
        match Topic::parse(&name) {
            Ok(topic) => {
                if let Some(problem) = self.names.judge_topic(&topic, self.scope.setting) {
                    self.note(at, problem);
                }
                Some(Term::Topic(self.names.topic(&topic)))
            }
            Err(invalid) => self.fail(at, bad_literal(&invalid)),
        }
    }
}
