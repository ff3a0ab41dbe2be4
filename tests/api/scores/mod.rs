//! What the events amount to.

mod history;
mod method;
mod real_data;
mod rebuild;
mod score;
mod told;
