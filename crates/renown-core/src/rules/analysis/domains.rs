//! Domains: the values that each variable can still have.

use fixedbitset::FixedBitSet;

/// The error that no value is left for a variable.
pub(super) struct Empty;

/// The values that are left for all variables.
#[derive(Debug, Clone)]
pub(super) struct Domains(Vec<FixedBitSet>);

impl Domains {
    /// Returns full domains of variables with these numbers of values.
    pub(super) fn full(sizes: impl Iterator<Item = usize>) -> Self {
        let all = |size| {
            let mut all = FixedBitSet::with_capacity(size);
            all.insert_range(..);
            all
        };
        Self(sizes.map(all).collect())
    }

    /// Returns the size in machine words: the cost of a copy.
    pub(super) fn words(&self) -> usize {
        self.0.iter().map(|left| left.as_slice().len()).sum()
    }

    /// Returns whether a variable can have a value.
    pub(super) fn has(&self, variable: usize, value: usize) -> bool {
        self.0[variable].contains(value)
    }

    /// Returns the values that a variable can have, in ascending order.
    pub(super) fn values(&self, variable: usize) -> impl DoubleEndedIterator<Item = usize> {
        self.0[variable].ones()
    }

    /// Keeps the values that pass a test, or those that do not if it is negated. Returns
    /// whether any was removed.
    pub(super) fn restrict(
        &mut self,
        variable: usize,
        passing: &FixedBitSet,
        negated: bool,
    ) -> Result<bool, Empty> {
        let left = &mut self.0[variable];
        let before = left.count_ones(..);
        if negated {
            left.difference_with(passing);
        } else {
            left.intersect_with(passing);
        }
        match left.count_ones(..) {
            0 => Err(Empty),
            after => Ok(after != before),
        }
    }

    /// Keeps the values for which `wanted` is true. Returns whether any was removed.
    pub(super) fn keep(
        &mut self,
        variable: usize,
        wanted: impl Fn(usize) -> bool,
    ) -> Result<bool, Empty> {
        let unwanted = self.values(variable).filter(|value| !wanted(*value));
        let unwanted: FixedBitSet = unwanted.collect();
        self.restrict(variable, &unwanted, true)
    }

    /// Returns whether all values that are left pass a test, or none does; `None` if
    /// some do.
    pub(super) fn decides(&self, variable: usize, passing: &FixedBitSet) -> Option<bool> {
        let left = &self.0[variable];
        if left.is_disjoint(passing) {
            Some(false)
        } else if left.is_subset(passing) {
            Some(true)
        } else {
            None
        }
    }
}
