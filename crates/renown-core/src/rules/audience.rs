//! Saved audiences: the form of their files, the check of their conditions, and the test
//! whether a member is in one outside of any program.

use crate::domain::{AudienceName, AudienceRule, AudienceRules, Invalid, ProgramId};

use super::condition::audiences::{named_in, too_large};
use super::condition::expr::Names;
use super::condition::tables::Tables;
use super::condition::{Condition, Scope};
use super::diagnostic::{Diagnostic, Severity};
use super::facts::Facts;
use super::program::Program;
use super::reader::{Fields, Findings, wrong_type};
use super::setting::Setting;
use super::yaml::{self, Node, Value};

/// The JSON Schema of audience files, for completion and checks in editors. A test verifies
/// that it agrees with this module.
pub const AUDIENCE_SCHEMA: &str = include_str!("../../../../config/audience.schema.json");

pub(super) const AUDIENCE_FIELDS: &[&str] = &["audience", "title", "when", "list"];

/// An audience as its file says, in YAML or JSON.
///
/// ```yaml
/// audience: vip-guests
/// title: Guests who matter
/// when: influence.lower >= 60 || audience("press")
/// ```
///
/// An audience with `list: true` instead of `when` is a list, to which members are added by
/// hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    /// The name by which programs refer to it.
    pub name: AudienceName,
    /// The display name; `None` if the file has none.
    pub title: Option<String>,
    /// The condition for members to be in it, or that it is a list.
    pub rule: AudienceRule,
}

/// A checked audience file.
#[derive(Debug, Clone)]
pub struct CheckedAudience {
    /// The audience.
    pub audience: Audience,
    /// Warnings and notes, in the order of the file.
    pub warnings: Vec<Diagnostic>,
}

impl Audience {
    /// Parses an audience file and checks its condition. `expected` is the name that the
    /// file must say, and may leave out. The other audiences are those of the setting; if
    /// one has the same name, this one takes its place.
    ///
    /// # Errors
    /// Returns all findings, warnings included, if one of them is an error.
    pub fn compile(
        source: &str,
        expected: Option<&AudienceName>,
        setting: &Setting<'_>,
    ) -> Result<CheckedAudience, Vec<Diagnostic>> {
        let root = yaml::parse(source).map_err(|finding| vec![finding])?;
        let mut findings = Findings::default();
        let audience = read(&root, expected, source, setting, &mut findings);
        let mut found = findings.0;
        found.sort_by_key(|finding| (finding.line, finding.column));
        match audience {
            Some(audience) if found.iter().all(|f| f.severity != Severity::Error) => {
                Ok(CheckedAudience {
                    audience,
                    warnings: found,
                })
            }
            _ => Err(found),
        }
    }
}

/// Returns whether a file is that of an audience: it has the field `audience`, which programs
/// lack.
pub fn is_audience_file(source: &str) -> bool {
    let Ok(root) = yaml::parse(source) else {
        return false;
    };
    matches!(&root.value, Value::Map(fields) if fields.iter().any(|(key, _)| key.name == "audience"))
}

fn read(
    root: &Node,
    expected: Option<&AudienceName>,
    source: &str,
    setting: &Setting<'_>,
    findings: &mut Findings,
) -> Option<Audience> {
    let fields = Fields::open(root, String::new(), AUDIENCE_FIELDS, findings)?;
    let name = fields.parsed("audience", findings, |text| {
        let name = AudienceName::parse(text)?;
        match expected.filter(|expected| **expected != name) {
            Some(expected) => Err(Invalid::new(format_args!("the address says '{expected}'"))),
            None => Ok(name),
        }
    });
    if fields.node("audience").is_none() && expected.is_none() {
        fields.missing("audience", "audience: vip-guests", findings);
    }
    let title = fields.text("title", 200, findings);
    let list = fields.node("list");
    let when = fields.node("when");
    let rule = match (when, list) {
        (Some(when), None) => Some(AudienceRule::When(text_of(when, findings)?.to_owned())),
        (None, Some(list)) => {
            if matches!(list.value, Value::Bool(true)) {
                Some(AudienceRule::List)
            } else {
                let message = "'list' can only be 'true': an audience is a list or has a 'when'.";
                findings.add(Diagnostic::error(
                    "invalid-value",
                    list.place,
                    "list",
                    message,
                ));
                None
            }
        }
        (Some(_), Some(list)) => {
            let message = "An audience is a list or has a condition, not both.";
            let finding = Diagnostic::error("invalid-value", list.place, "list", message);
            findings.add(finding.hint("remove 'list' or 'when'"));
            None
        }
        (None, None) => {
            let hint = "when: influence.lower >= 60, or list: true";
            fields.missing("when", hint, findings);
            None
        }
    };
    let name = name.map(|at| at.value).or_else(|| expected.cloned())?;
    if let (Some(when), Some(rule)) = (when, &rule) {
        check(when, &name, rule, source, setting, findings);
    }
    Some(Audience {
        name,
        title: title.map(|at| at.value),
        rule: rule?,
    })
}

fn text_of<'n>(when: &'n Node, findings: &mut Findings) -> Option<&'n str> {
    let Value::Text(text) = &when.value else {
        let finding = wrong_type(when, "when", "text");
        findings.add(finding.hint("a condition such as 'influence.lower >= 60'"));
        return None;
    };
    Some(text)
}

/// Checks the condition of an audience, together with those that it names.
fn check(
    when: &Node,
    name: &AudienceName,
    rule: &AudienceRule,
    source: &str,
    setting: &Setting<'_>,
    findings: &mut Findings,
) {
    let AudienceRule::When(text) = rule else {
        return;
    };
    let known = setting.audiences.map(|others| {
        let mut known = others.clone();
        known.set(name.clone(), rule.clone());
        known
    });
    let scope = Scope {
        tiers: None,
        setting: Some(setting),
        tables: Tables::All(&[]),
        audiences: known.as_ref(),
        audience: Some(name),
    };
    let mut problems = Vec::new();
    let condition = Condition::compile(text, scope, &mut Names::default(), &mut problems);
    if let Some(condition) = condition
        && condition.is_too_large()
    {
        problems.push(too_large());
    }
    for problem in problems {
        let place = when.place_within(source, problem.offset);
        findings.add(problem.at(place, "when"));
    }
}

/// The test whether members are in an audience, outside of any program. `standing` is
/// influence alone here, because each program has its own.
#[derive(Debug)]
pub struct AudienceTest(Program);

impl AudienceTest {
    /// Compiles the test from the rules of all audiences.
    ///
    /// # Errors
    /// Returns all findings if the audience, or one that it names, is not right.
    pub fn compile(name: &AudienceName, rules: &AudienceRules) -> Result<Self, Vec<Diagnostic>> {
        let source = format!(
            "program: audience\n\
             service_levels: [{{ id: any, queue: any }}]\n\
             tiers:\n\
             - {{ id: in, when: 'audience(\"{name}\")', service_level: any }}\n\
             - {{ id: out, service_level: any }}\n"
        );
        Program::load(&source, Some(rules)).map(Self)
    }

    /// Returns the audiences that a rule names.
    pub fn named_in(rule: &AudienceRule) -> Vec<AudienceName> {
        match rule {
            AudienceRule::When(source) => named_in(source),
            AudienceRule::List => Vec::new(),
        }
    }

    /// The id of the program as which the audience is tested. No member has a tier in it.
    pub fn program(&self) -> &ProgramId {
        self.0.id()
    }

    /// Whether a member is in the audience.
    pub fn holds(&self, facts: &Facts<'_>) -> bool {
        let facts = Facts {
            held: None,
            grants: &[],
            ..*facts
        };
        let earned = self.0.earned(&facts, &self.0.view(&facts));
        self.0.rank(earned) == Some(0)
    }
}
