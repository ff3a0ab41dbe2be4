//! Countries that are not written as ISO 3166 codes of two letters.

use super::{Asked, Meaning};
use crate::rules::condition::Problem;
use crate::rules::condition::expr::*;

/// The officially assigned codes of ISO 3166-1 (alpha-2), and `XK`, the code in
/// common use for Kosovo.
const CODES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL \
    BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE \
    DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ \
    GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM \
    KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ \
    MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN \
    PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY \
    SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF \
    WS XK YE YT ZA ZM ZW";

/// Other names that are often written, with their codes.
const MEANT: &[(&str, &str)] = &[
    ("aut", "AT"),
    ("austria", "AT"),
    ("canada", "CA"),
    ("che", "CH"),
    ("deu", "DE"),
    ("deutschland", "DE"),
    ("el", "GR"),
    ("england", "GB"),
    ("esp", "ES"),
    ("fra", "FR"),
    ("france", "FR"),
    ("gbr", "GB"),
    ("germany", "DE"),
    ("italy", "IT"),
    ("japan", "JP"),
    ("spain", "ES"),
    ("switzerland", "CH"),
    ("uae", "AE"),
    ("uk", "GB"),
    ("united kingdom", "GB"),
    ("united states", "US"),
    ("usa", "US"),
];

fn is_code(text: &str) -> bool {
    CODES.split_whitespace().any(|code| code == text)
}

/// Checks the countries that a condition compares with `member.country`.
pub(super) fn check(asked: &Asked<'_>, meaning: &mut Meaning<'_, '_>) {
    for leaf in asked.leaves() {
        let texts: &[Box<str>] = match &leaf.atom {
            Atom::Text(Text::Attribute(of), _, Text::Const(text)) if is_country(of) => {
                std::slice::from_ref(text)
            }
            Atom::Among(Text::Attribute(of), List::Const(texts)) if is_country(of) => texts,
            _ => continue,
        };
        // An empty text asks whether there is a country.
        for text in texts
            .iter()
            .filter(|text| !text.is_empty() && !is_code(text))
        {
            let message = format!("'{text}' is no ISO 3166 code of a country.");
            let problem = Problem::warning("unknown-country", leaf.offset, message);
            meaning.say(asked, text, problem.hint(hint(text)));
        }
    }
}

fn is_country(of: &AttributeRef) -> bool {
    of.owner == Owner::Member && &*of.name == "country"
}

fn hint(text: &str) -> String {
    let lower = text.to_lowercase();
    let upper = text.to_uppercase();
    let known = MEANT.iter().find(|(name, _)| *name == lower);
    let code = known.map(|(_, code)| (*code).to_owned());
    match code.or_else(|| is_code(&upper).then_some(upper)) {
        Some(code) => format!("did you mean '{code}'?"),
        None => "countries have codes of two letters, such as 'US' and 'DE'".to_owned(),
    }
}
