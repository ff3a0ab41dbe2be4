//! The correction of confidence: what a deployment's own past says about the model's fixed map.

use serde::{Deserialize, Serialize};

use crate::domain::Invalid;

/// A logistic correction of probabilities (Platt 1999): σ(intercept + slope · logit p). The
/// slope is not negative, so that a higher probability stays at least as high.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "CorrectionText")]
pub struct Correction {
    intercept: f64,
    slope: f64,
}

#[derive(Deserialize)]
struct CorrectionText {
    intercept: f64,
    slope: f64,
}

impl TryFrom<CorrectionText> for Correction {
    type Error = Invalid;

    fn try_from(text: CorrectionText) -> Result<Self, Invalid> {
        Self::new(text.intercept, text.slope)
    }
}

impl Correction {
    /// Creates a correction.
    ///
    /// # Errors
    /// If a number is not finite, or the slope is below 0.
    pub fn new(intercept: f64, slope: f64) -> Result<Self, Invalid> {
        match intercept.is_finite() && slope.is_finite() && slope >= 0.0 {
            true => Ok(Self { intercept, slope }),
            false => Err(Invalid::new(
                "a correction must be finite, with a slope of at least 0",
            )),
        }
    }

    /// Returns the intercept; 0 changes nothing.
    pub fn intercept(&self) -> f64 {
        self.intercept
    }

    /// Returns the slope, at least 0; 1 changes nothing.
    pub fn slope(&self) -> f64 {
        self.slope
    }

    /// Corrects log odds; non-decreasing.
    pub(super) fn of(&self, log_odds: f64) -> f64 {
        self.intercept + self.slope * log_odds
    }
}
