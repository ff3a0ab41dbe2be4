//! How far members would move under another model.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The width of a column of the histogram, in points.
const STEP: f64 = 5.0;

/// How far the influence of members moves from one model to another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ScoreMoves {
    /// Members whose influence is known under both models.
    pub members: usize,
    /// Members whose influence is known under only one of them.
    pub only_one: usize,
    /// Half of the members move by at most this many points, up or down.
    pub median: f64,
    /// 95 % of the members move by at most this many points.
    pub p95: f64,
    /// The largest move, in points.
    pub most: f64,
    /// The distribution of the moves.
    #[schema(max_items = 41)]
    pub histogram: Vec<MovesColumn>,
}

/// One column of the histogram of moves.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MovesColumn {
    /// The lower end, in points.
    pub from: f64,
    /// The upper end, in points.
    pub to: f64,
    /// The number of members.
    pub members: usize,
}

impl ScoreMoves {
    /// Compares the influence of members before and after; `None` is unknown.
    pub fn of(members: impl IntoIterator<Item = (Option<f64>, Option<f64>)>) -> Self {
        let mut moves: Vec<f64> = Vec::new();
        let mut only_one = 0;
        for member in members {
            match member {
                (Some(before), Some(after)) => moves.push(after - before),
                (None, None) => {}
                _ => only_one += 1,
            }
        }
        let mut sizes: Vec<f64> = moves.iter().map(|points| points.abs()).collect();
        sizes.sort_unstable_by(f64::total_cmp);
        let at = |share: f64| {
            let last = sizes.len().saturating_sub(1) as f64;
            let at = (share * last).round() as usize;
            sizes.get(at).copied().unwrap_or(0.0)
        };
        Self {
            members: moves.len(),
            only_one,
            median: at(0.5),
            p95: at(0.95),
            most: at(1.0),
            histogram: histogram(&moves),
        }
    }
}

fn histogram(moves: &[f64]) -> Vec<MovesColumn> {
    let column = |points: &f64| (points / STEP).round() as i32;
    let (Some(first), Some(last)) = (
        moves.iter().map(column).min(),
        moves.iter().map(column).max(),
    ) else {
        return Vec::new();
    };
    (first..=last)
        .map(|at| MovesColumn {
            from: (f64::from(at) - 0.5) * STEP,
            to: (f64::from(at) + 0.5) * STEP,
            members: moves.iter().filter(|points| column(points) == at).count(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_are_counted_in_columns_of_five_points() {
        let moves = ScoreMoves::of([
            (Some(10.0), Some(12.0)),
            (Some(10.0), Some(20.0)),
            (Some(50.0), Some(44.0)),
            (None, Some(3.0)),
            (None, None),
        ]);
        assert_eq!((moves.members, moves.only_one), (3, 1));
        assert_eq!((moves.median, moves.most), (6.0, 10.0));
        let columns: Vec<_> = moves
            .histogram
            .iter()
            .map(|c| (c.from, c.members))
            .collect();
        assert_eq!(columns, [(-7.5, 1), (-2.5, 1), (2.5, 0), (7.5, 1)]);
    }

    #[test]
    fn without_members_nothing_moves() {
        let none = ScoreMoves::of([]);
        assert_eq!((none.members, none.most, none.histogram.len()), (0, 0.0, 0));
    }
}
