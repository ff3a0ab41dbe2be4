//! Random draws from a seed. Every draw of the simulator goes through [`Dice`].

use rand::distr::Distribution;
use rand::distr::weighted::WeightedIndex;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Beta, Exp1, Gamma, Poisson, StandardNormal};

/// The parts of the simulation. Each draws from its own stream, so that a
/// change to one part leaves the draws of the others as they were.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    People = 1,
    Calendar = 2,
    Activity = 3,
    Shopping = 4,
    Story = 5,
}

/// A seeded source of draws (ChaCha with 8 rounds, one stream for each part).
///
/// If the parameters of a distribution are invalid (a mean of zero, for
/// example), it returns a plain value, so that no configuration can make it
/// fail.
#[derive(Debug)]
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn new(seed: u64, part: Part) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(part as u64);
        Self(rng)
    }

    /// Returns true with probability `p`.
    pub(super) fn chance(&mut self, p: f64) -> bool {
        self.0.random::<f64>() < p
    }

    /// Draws a whole number from 0 to `n`, without `n`; 0 if `n` is 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        // Drawn as 64 bits, so that machines of every word size agree.
        let n = n as u64;
        if n == 0 {
            return 0;
        }
        self.0.random_range(0..n) as usize
    }

    /// Draws uniformly from `low` to `high`, without `high`; `low` if the range
    /// is empty.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        if low >= high {
            return low;
        }
        self.0.random_range(low..high)
    }

    /// Draws one of the items, if there are any.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    /// Draws from a lognormal distribution with this median. `spread` is the
    /// standard deviation of the logarithm.
    pub(super) fn lognormal(&mut self, median: f64, spread: f64) -> f64 {
        let z: f64 = self.0.sample(StandardNormal);
        median * (spread * z).exp()
    }

    /// Draws from a lognormal distribution with mean 1, so that the noise does
    /// not change totals.
    pub(super) fn noise(&mut self, spread: f64) -> f64 {
        self.lognormal((-spread * spread / 2.0).exp(), spread)
    }

    /// Draws from an exponential distribution with this mean.
    pub(super) fn exponential(&mut self, mean: f64) -> f64 {
        let e: f64 = self.0.sample(Exp1);
        mean * e
    }

    /// Draws from a Poisson distribution with this mean.
    pub(super) fn poisson(&mut self, mean: f64) -> u32 {
        Poisson::new(mean).map_or(0, |d| d.sample(&mut self.0) as u32)
    }

    /// Draws from a gamma distribution with this shape and mean.
    pub(super) fn gamma(&mut self, shape: f64, mean: f64) -> f64 {
        Gamma::new(shape, mean / shape).map_or(mean, |d| d.sample(&mut self.0))
    }

    /// Draws from a beta distribution with these shapes.
    pub(super) fn beta(&mut self, a: f64, b: f64) -> f64 {
        Beta::new(a, b).map_or(a / (a + b), |d| d.sample(&mut self.0))
    }
}

/// Items that are drawn in proportion to a weight.
#[derive(Debug)]
pub(super) struct Urn<T> {
    items: Vec<T>,
    weights: Option<WeightedIndex<f64>>,
}

impl<T: Copy> Urn<T> {
    /// Creates an urn. Items without a weight are left out, and the urn may be
    /// empty.
    pub(super) fn new(weighted: impl IntoIterator<Item = (T, f64)>) -> Self {
        let (items, weights): (Vec<T>, Vec<f64>) =
            weighted.into_iter().filter(|(_, w)| *w > 0.0).unzip();
        Self {
            items,
            weights: WeightedIndex::new(weights).ok(),
        }
    }

    /// Draws an item, which stays in the urn.
    pub(super) fn draw(&self, dice: &mut Dice) -> Option<T> {
        let index = self.weights.as_ref()?.sample(&mut dice.0);
        self.items.get(index).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_draw_from_different_streams() {
        let draws = |part| {
            let mut dice = Dice::new(1, part);
            (0..8).map(|_| dice.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(draws(Part::People), draws(Part::People));
        assert_ne!(draws(Part::People), draws(Part::Story));
    }

    #[test]
    fn senseless_parameters_have_plain_answers() {
        let mut dice = Dice::new(1, Part::Story);
        assert_eq!(dice.below(0), 0);
        assert_eq!(dice.between(5, 5), 5);
        assert_eq!(dice.poisson(0.0), 0);
        assert_eq!(dice.poisson(f64::NAN), 0);
        assert_eq!(dice.pick::<u8>(&[]), None);
        assert_eq!(Urn::new([(1, 0.0)]).draw(&mut dice), None);
    }

    #[test]
    fn an_urn_draws_in_proportion() {
        let urn = Urn::new([('a', 3.0), ('b', 1.0), ('c', 0.0)]);
        let mut dice = Dice::new(7, Part::Story);
        let draws: Vec<_> = (0..4000).filter_map(|_| urn.draw(&mut dice)).collect();
        let a = draws.iter().filter(|c| **c == 'a').count();
        assert!((2850..3150).contains(&a), "{a}");
        assert!(!draws.contains(&'c'));
    }
}
