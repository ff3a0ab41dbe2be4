//! Codes of partners on a server.

use std::path::Path;

use http::Method;
use serde::Deserialize;

use super::Server;
use crate::cli::codes::{Action, CodeCounts, show_import};
use crate::cli::out::Out;
use crate::cli::{CliError, Result, files};
use renown_core::domain::{PerkId, ProgramId};

/// What became of the lines of a list.
#[derive(Deserialize)]
struct Report {
    accepted: u64,
    duplicates: u64,
    rejected_count: u64,
    rejected: Vec<RejectedLine>,
}

#[derive(Deserialize)]
struct RejectedLine {
    line: u64,
    detail: String,
}

impl Server {
    /// Carries out `renown codes`.
    pub(in crate::cli) async fn codes(&self, action: &Action) -> Result {
        match action {
            Action::Import {
                file,
                program,
                perk,
            } => self.import_codes(file, program, perk).await,
            Action::Count { program, perk } => {
                let (program, perk) = (program.as_str(), perk.as_str());
                let path = ["programs", program, "perks", perk, "codes"];
                let counts: CodeCounts = self.get(&path).await?;
                counts.show()
            }
        }
    }

    async fn import_codes(&self, file: &Path, program: &ProgramId, perk: &PerkId) -> Result {
        let (program, perk) = (program.as_str(), perk.as_str());
        let path = ["programs", program, "perks", perk, "codes", "import"];
        let bar = files::bar(file);
        let list = files::stream(files::open(file, &bar)?);
        let call = self.call(Method::POST, &path).of_type("text/csv");
        let (report, stopped): (Report, _) = self.send_file(&call, list).await?;
        bar.finish_and_clear();
        show_import(report.accepted, report.duplicates, report.rejected_count)?;
        let rejected = report.rejected.iter();
        let rejections = rejected.map(|one| format!("line {}: {}", one.line, one.detail));
        Out::rejections(rejections, report.rejected_count);
        match stopped {
            Some(why) => Err(CliError::Failed(format!("{}: {why}", file.display()))),
            None if report.rejected_count > 0 => Err(CliError::Said),
            None => Ok(()),
        }
    }
}
