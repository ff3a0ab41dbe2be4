//! Which values each variable can still have: a bit a value.

use std::ops::Range;

/// Where the bits of each variable stand.
#[derive(Debug)]
pub(super) struct Layout {
    places: Vec<Range<usize>>,
}

/// Nothing is left for a variable.
pub(super) struct Empty;

/// The values that are left, of all variables.
#[derive(Debug, Clone)]
pub(super) struct Domains(Vec<u64>);

impl Layout {
    /// Room for variables with so many values.
    pub(super) fn new(sizes: impl Iterator<Item = usize>) -> Self {
        let mut end = 0;
        let place = |size: usize| {
            let start = end;
            end += size.div_ceil(64);
            start..end
        };
        Self {
            places: sizes.map(place).collect(),
        }
    }

    /// How many words the values of a variable take.
    pub(super) fn words(&self, variable: usize) -> usize {
        self.places[variable].len()
    }

    /// Every value of every variable.
    pub(super) fn full(&self, sizes: impl Iterator<Item = usize>) -> Domains {
        let bits = |size: usize| {
            (0..size.div_ceil(64)).map(move |word| match size - 64 * word {
                left @ 0..64 => (1 << left) - 1,
                _ => u64::MAX,
            })
        };
        Domains(sizes.flat_map(bits).collect())
    }
}

impl Domains {
    /// How much there is to copy.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    fn of(&self, layout: &Layout, variable: usize) -> &[u64] {
        &self.0[layout.places[variable].clone()]
    }

    /// Whether a variable can have a value.
    pub(super) fn has(&self, layout: &Layout, variable: usize, value: usize) -> bool {
        self.of(layout, variable)[value / 64] >> (value % 64) & 1 == 1
    }

    /// The values that a variable can have, in their order.
    pub(super) fn values(
        &self,
        layout: &Layout,
        variable: usize,
    ) -> impl DoubleEndedIterator<Item = usize> {
        let words = self.of(layout, variable).iter().enumerate();
        words.flat_map(|(i, word)| {
            (0..64)
                .filter(move |bit| word >> bit & 1 == 1)
                .map(move |bit| 64 * i + bit)
        })
    }

    /// Keeps the values that pass a test, or those that do not.
    pub(super) fn restrict(
        &mut self,
        layout: &Layout,
        variable: usize,
        passing: &[u64],
        negated: bool,
    ) -> Result<bool, Empty> {
        let (mut changed, mut left) = (false, 0);
        let words = &mut self.0[layout.places[variable].clone()];
        for (word, passing) in words.iter_mut().zip(passing) {
            let kept = *word & if negated { !passing } else { *passing };
            changed |= kept != *word;
            left |= kept;
            *word = kept;
        }
        if left == 0 { Err(Empty) } else { Ok(changed) }
    }

    /// Keeps the values that are wanted.
    pub(super) fn keep(
        &mut self,
        layout: &Layout,
        variable: usize,
        wanted: impl Fn(usize) -> bool,
    ) -> Result<bool, Empty> {
        let mut passing = vec![0; layout.words(variable)];
        for value in self.values(layout, variable).filter(|value| wanted(*value)) {
            passing[value / 64] |= 1 << (value % 64);
        }
        self.restrict(layout, variable, &passing, false)
    }

    /// Whether a test passes: `None` if that is open.
    pub(super) fn decides(
        &self,
        layout: &Layout,
        variable: usize,
        passing: &[u64],
    ) -> Option<bool> {
        let words = self.of(layout, variable).iter().zip(passing);
        let (mut some, mut all) = (false, true);
        for (word, passing) in words {
            some |= word & passing != 0;
            all &= word & !passing == 0;
        }
        match (some, all) {
            (true, true) => Some(true),
            (false, _) => Some(false),
            (true, false) => None,
        }
    }
}
