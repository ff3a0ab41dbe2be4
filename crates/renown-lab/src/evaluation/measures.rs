//! Measures of rankings, probabilities and intervals.

/// Returns the normalised discounted cumulative gain of the first `k` (Järvelin
/// and Kekäläinen 2002): the gains, discounted by the logarithm of their place
/// by score, divided by the same sum for the best order. It is from 0 to 1;
/// `None` if there is no gain. Ties share the discounts of their places.
pub fn ndcg(scored: &[(f64, f64)], k: usize) -> Option<f64> {
    let discount = |place: usize| match place < k {
        true => 1.0 / ((place + 2) as f64).log2(),
        false => 0.0,
    };
    let mut gains: Vec<f64> = scored.iter().map(|(_, gain)| gain.max(0.0)).collect();
    gains.sort_unstable_by(|a, b| b.total_cmp(a));
    let ideal: f64 = gains
        .iter()
        .zip(0..)
        .map(|(gain, at)| gain * discount(at))
        .sum();
    if ideal <= 0.0 {
        return None;
    }
    let mut scored = scored.to_vec();
    scored.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    let mut place = 0;
    let mut found = 0.0;
    for tied in scored.chunk_by(|a, b| a.0 == b.0) {
        let places: f64 = (place..place + tied.len()).map(discount).sum();
        let gain: f64 = tied.iter().map(|(_, gain)| gain.max(0.0)).sum();
        found += gain * places / tied.len() as f64;
        place += tied.len();
    }
    Some(found / ideal)
}

/// Returns Spearman's rank correlation. Ties get their mean rank. `None` if all
/// values of a side are equal.
pub fn spearman(pairs: &[(f64, f64)]) -> Option<f64> {
    let x = ranks(pairs.iter().map(|pair| pair.0));
    let y = ranks(pairs.iter().map(|pair| pair.1));
    let mean = (pairs.len() as f64 + 1.0) / 2.0;
    let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in x.iter().zip(&y) {
        xy += (x - mean) * (y - mean);
        xx += (x - mean) * (x - mean);
        yy += (y - mean) * (y - mean);
    }
    (xx > 0.0 && yy > 0.0).then(|| xy / (xx * yy).sqrt())
}

fn ranks(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut order: Vec<(f64, usize)> = values.zip(0..).collect();
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut ranks = vec![0.0; order.len()];
    let mut place = 0;
    for tied in order.chunk_by(|a, b| a.0 == b.0) {
        let mean = place as f64 + (tied.len() as f64 + 1.0) / 2.0;
        for (_, at) in tied {
            ranks[*at] = mean;
        }
        place += tied.len();
    }
    ranks
}

/// One bin of a reliability table.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Bin {
    /// The lowest probability of the bin.
    pub from: f64,
    /// The upper end, which is not included, except for 1 in the last bin.
    pub to: f64,
    /// The number of probabilities.
    pub count: usize,
    /// Their mean.
    pub said: f64,
    /// The share that came true, from 0 to 1.
    pub came_true: f64,
}

/// Probabilities compared with the share that came true.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Calibration {
    /// The number of probabilities.
    pub count: usize,
    /// Mean squared error (Brier 1950).
    pub brier: f64,
    /// The Brier score of always stating the overall share that came true.
    pub brier_constant: f64,
    /// Brier skill: the share of that score by which the probabilities are
    /// better, at most 1; below 0 if they are worse. 0 if that score is 0.
    pub skill: f64,
    /// Expected calibration error over ten bins of equal width.
    pub ece: f64,
    /// The bins that are not empty.
    pub bins: Vec<Bin>,
}

/// Measures the calibration of probabilities; `None` if there are none.
pub fn calibration(said: &[(f64, bool)]) -> Option<Calibration> {
    const BINS: usize = 10;
    let count = said.len();
    if count == 0 {
        return None;
    }
    let n = count as f64;
    let number = |came: bool| f64::from(u8::from(came));
    let squared = said.iter().map(|(p, came)| (p - number(*came)).powi(2));
    let base = said.iter().map(|(_, came)| number(*came)).sum::<f64>() / n;
    let mut bins = Vec::new();
    for at in 0..BINS {
        let bin = |p: f64| ((p * BINS as f64) as usize).min(BINS - 1) == at;
        let inside: Vec<_> = said.iter().filter(|(p, _)| bin(*p)).collect();
        if inside.is_empty() {
            continue;
        }
        let of_bin = inside.len() as f64;
        bins.push(Bin {
            from: at as f64 / BINS as f64,
            to: (at + 1) as f64 / BINS as f64,
            count: inside.len(),
            said: inside.iter().map(|(p, _)| p).sum::<f64>() / of_bin,
            came_true: inside.iter().map(|(_, came)| number(*came)).sum::<f64>() / of_bin,
        });
    }
    let error = |bin: &Bin| bin.count as f64 / n * (bin.said - bin.came_true).abs();
    let (brier, constant) = (squared.sum::<f64>() / n, base * (1.0 - base));
    Some(Calibration {
        count,
        brier,
        brier_constant: constant,
        skill: match constant > 0.0 {
            true => 1.0 - brier / constant,
            false => 0.0,
        },
        ece: bins.iter().map(error).sum(),
        bins,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_values() {
        // Gains 3, 2, 3, 0, 1, 2 in the order of the scores: DCG 6.861, ideal 7.141.
        let gains = [3.0, 2.0, 3.0, 0.0, 1.0, 2.0];
        let scored: Vec<_> = gains
            .iter()
            .zip(1..)
            .map(|(g, i)| (-f64::from(i), *g))
            .collect();
        assert!((ndcg(&scored, 10).unwrap() - 0.9608).abs() < 1e-4);
        assert_eq!(ndcg(&[(1.0, 0.0)], 10), None);
        assert_eq!(
            spearman(&[(1.0, 10.0), (2.0, 20.0), (3.0, 15.0)]),
            Some(0.5)
        );
        assert_eq!(spearman(&[(1.0, 1.0), (1.0, 2.0)]), None);
        let judged = calibration(&[(0.1, false), (0.1, false), (0.9, true), (0.9, false)]).unwrap();
        assert!(
            (judged.brier - 0.21).abs() < 1e-12 && (judged.brier_constant - 0.1875).abs() < 1e-12
        );
        assert!((judged.ece - (0.5 * 0.1 + 0.5 * 0.4)).abs() < 1e-12);
        assert_eq!(judged.bins.len(), 2);
        assert_eq!(calibration(&[]), None);
    }

    proptest! {
        #[test]
        fn the_best_order_gains_one_and_no_order_more(
            gains in prop::collection::vec(0u8..5, 1..30), scores in prop::collection::vec(0u8..5, 30)
        ) {
            let best: Vec<_> = gains.iter().map(|g| (f64::from(*g), f64::from(*g))).collect();
            let any: Vec<_> = gains.iter().zip(&scores).map(|(g, s)| (f64::from(*s), f64::from(*g))).collect();
            if let (Some(best), Some(any)) = (ndcg(&best, 10), ndcg(&any, 10)) {
                prop_assert!((best - 1.0).abs() < 1e-9 && (0.0..=1.0 + 1e-9).contains(&any));
            }
        }

        #[test]
        fn a_rank_correlation_sees_order_alone(pairs in prop::collection::vec((0.0..9.0, 0.0..9.0), 3..30)) {
            let stretched: Vec<_> = pairs.iter().map(|(x, y): &(f64, f64)| (x.exp(), y * 3.0 - 1.0)).collect();
            if let (Some(a), Some(b)) = (spearman(&pairs), spearman(&stretched)) {
                prop_assert!((a - b).abs() < 1e-9 && a.abs() <= 1.0 + 1e-9);
            }
        }
    }
}
