//! Prints tables to the terminal.

use crate::cli::Result;
use crate::cli::out::Out;

/// A table of text: the first column is aligned to the left, the others to the
/// right.
#[derive(Debug)]
pub struct TextTable<const N: usize>(Vec<[String; N]>);

impl<const N: usize> TextTable<N> {
    /// Creates a table with a header.
    pub fn new(header: [&str; N]) -> Self {
        Self(vec![header.map(str::to_owned)])
    }

    /// Adds a row.
    pub fn row(&mut self, row: [String; N]) {
        self.0.push(row);
    }

    /// Prints the table.
    pub fn print(&self) -> Result {
        let width = |column: usize| {
            let cells = self.0.iter().map(|row| row[column].chars().count());
            cells.max().unwrap_or(0)
        };
        let widths: [usize; N] = std::array::from_fn(width);
        for row in &self.0 {
            let mut line = String::new();
            for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
                match column {
                    0 => line.push_str(&format!("{cell:<width$}")),
                    _ => line.push_str(&format!("  {cell:>width$}")),
                }
            }
            Out::line(line.trim_end())?;
        }
        Ok(())
    }
}
