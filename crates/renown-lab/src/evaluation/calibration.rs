//! Calibration of topic confidences: do they come true as often as they state?

use super::TownSample;
use super::measures::{Calibration, calibration as judge};
use super::truth::{Row, Truth};

/// The minimum number of active members for a topic to have a top tenth.
const LEAST: usize = 10;

/// Compares the confidences of active members with membership in the top tenth
/// by gain. `None` if no topic has enough data.
pub fn calibration(sample: &TownSample<'_>, truth: &Truth) -> Option<Calibration> {
    let scores = sample.population().scores(sample.model);
    let topics = truth.topics(LEAST).into_iter().map(|(topic, rows)| {
        let said = |row: &&Row| {
            let score = sample.find(&row.account).and_then(|who| scores.get(&who));
            let on_topic = score.and_then(|score| score.topics.get(topic));
            let confidence = on_topic.map_or(0.0, |on_topic| on_topic.confidence.get());
            (confidence, row.gain)
        };
        rows.iter().map(said).collect::<Vec<_>>()
    });
    judge(&topics.flat_map(|rows| came_true(&rows)).collect::<Vec<_>>())
}

/// Returns for each active member of one topic the confidence, and whether it
/// came true: whether the member was in the top tenth by gain (⌈n/10⌉ of n
/// members, and only with a gain above 0). `rows` are confidences and gains.
/// Empty if the topic has too few members, or none of them gained anything.
pub(super) fn came_true(rows: &[(f64, f64)]) -> Vec<(f64, bool)> {
    if rows.len() < LEAST {
        return Vec::new();
    }
    let mut gains: Vec<f64> = rows.iter().map(|(_, gain)| *gain).collect();
    gains.sort_unstable_by(|a, b| b.total_cmp(a));
    let least = gains[gains.len().div_ceil(10) - 1];
    if least <= 0.0 {
        return Vec::new();
    }
    let outcome = |(said, gain): &(f64, f64)| (*said, *gain >= least);
    rows.iter().map(outcome).collect()
}

/// Draws a reliability diagram as SVG: the stated confidence along the bottom,
/// the share that came true up the side, and one circle for each bin with an
/// area by count.
pub fn plot(calibration: &Calibration) -> String {
    const SIZE: f64 = 400.0;
    const EDGE: f64 = 50.0;
    let at = |said: f64, came: f64| (EDGE + said * SIZE, EDGE + (1.0 - came) * SIZE);
    let most = calibration.bins.iter().map(|bin| bin.count).max();
    let most = most.unwrap_or(1) as f64;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {0}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <title>Reliability of topic confidence</title>\n\
         <rect width=\"{0}\" height=\"{0}\" fill=\"white\"/>\n",
        SIZE + 2.0 * EDGE
    );
    for tick in 0..=5u8 {
        let share = f64::from(tick) / 5.0;
        let ((x, y), (right, _)) = (at(0.0, share), at(1.0, share));
        svg.push_str(&format!(
            "<line x1=\"{x}\" y1=\"{y}\" x2=\"{right}\" y2=\"{y}\" stroke=\"#ddd\"/>\n\
             <text x=\"{}\" y=\"{}\" text-anchor=\"end\">{share:.1}</text>\n",
            x - 8.0,
            y + 4.0
        ));
        let (x, y) = at(share, 0.0);
        svg.push_str(&format!(
            "<text x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{share:.1}</text>\n",
            y + 18.0
        ));
    }
    let ((x, y), (right, top)) = (at(0.0, 0.0), at(1.0, 1.0));
    svg.push_str(&format!(
        "<line x1=\"{x}\" y1=\"{y}\" x2=\"{right}\" y2=\"{top}\" stroke=\"#888\" stroke-dasharray=\"4\"/>\n"
    ));
    for bin in &calibration.bins {
        let (x, y) = at(bin.said, bin.came_true);
        let radius = 4.0 + 14.0 * (bin.count as f64 / most).sqrt();
        svg.push_str(&format!(
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\" fill=\"#1668b8\" fill-opacity=\"0.6\"><title>said {:.2}, came true {:.2}, {} pairs</title></circle>\n",
            bin.said, bin.came_true, bin.count
        ));
    }
    let middle = EDGE + SIZE / 2.0;
    svg.push_str(&format!(
        "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">confidence</text>\n\
         <text x=\"14\" y=\"{middle}\" text-anchor=\"middle\" transform=\"rotate(-90 14 {middle})\">share that came true</text>\n\
         <text x=\"{middle}\" y=\"24\" text-anchor=\"middle\">{} pairs, ECE {:.3}, Brier {:.3} (constant {:.3})</text>\n</svg>\n",
        SIZE + EDGE + 40.0,
        calibration.count,
        calibration.ece,
        calibration.brier,
        calibration.brier_constant
    ));
    svg
}
