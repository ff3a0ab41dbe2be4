//! Reports, experiments and figures.

mod experiments;
mod figures;
mod overview;
mod perks;
mod reports;
