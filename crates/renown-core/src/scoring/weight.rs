//! Weights that cannot be negative, and scales that cannot be zero.

use serde::Deserialize;

use crate::domain::Invalid;

/// A finite number, at least 0. Because of this type, no weight can make
/// evidence lower a score.
#[derive(Debug, Clone, Copy, Default, PartialEq, PartialOrd, Deserialize)]
#[serde(try_from = "f64")]
pub struct Weight(f64);

impl Weight {
    pub(super) const ZERO: Self = Self(0.0);
    pub(super) const HUNDRED: Self = Self(100.0);

    /// Returns the number, finite and at least 0.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Weight {
    type Error = Invalid;
    fn try_from(value: f64) -> Result<Self, Invalid> {
        if value.is_finite() && value >= 0.0 {
            Ok(Self(value))
        } else {
            Err(Invalid::new("a weight must be a number of at least 0"))
        }
    }
}

/// A finite number above 0, used as a divisor.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Deserialize)]
#[serde(try_from = "f64")]
pub struct Scale(f64);

impl Scale {
    /// A scale larger than any count.
    pub(super) const HUGE: Self = Self(1e15);

    /// Returns the number, finite and above 0.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl From<Scale> for Weight {
    fn from(scale: Scale) -> Self {
        Self(scale.0)
    }
}

impl TryFrom<f64> for Scale {
    type Error = Invalid;
    fn try_from(value: f64) -> Result<Self, Invalid> {
        if value.is_finite() && value > 0.0 {
            Ok(Self(value))
        } else {
            Err(Invalid::new("a scale must be a number above 0"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_never_negative() {
        assert!(Weight::try_from(-0.1).is_err());
        assert!(Weight::try_from(f64::NAN).is_err());
        assert!(Weight::try_from(f64::INFINITY).is_err());
        assert!(Weight::try_from(0.0).is_ok());
    }

    #[test]
    fn a_scale_is_never_zero() {
        assert!(Scale::try_from(0.0).is_err());
        assert!(Scale::try_from(f64::NAN).is_err());
        assert!(Scale::try_from(0.1).is_ok());
    }
}
