//! Grants on a server.

use http::Method;
use serde::Deserialize;
use serde_json::json;

use super::Server;
use crate::cli::grants::{Action, GrantRow, Import, ImportedRow, say_revoked, show_import};
use crate::cli::{CliError, Result};

/// What became of the lines of a list.
#[derive(Deserialize)]
struct Report {
    #[serde(flatten)]
    imported: ImportedRow,
    rejected: Vec<RejectedLine>,
}

#[derive(Deserialize)]
struct RejectedLine {
    line: u64,
    column: String,
    detail: String,
}

impl Server {
    /// Carries out `renown grants`.
    pub(in crate::cli) async fn grants(&self, action: Action) -> Result {
        match action {
            Action::Import(args) => self.import_grants(args).await,
            Action::List {
                program,
                list,
                active,
            } => {
                let path = ["programs", program.as_str(), "grants"];
                let call = self.call(Method::GET, &path).query("limit", "200");
                let mut call = call.query("active", &active.to_string());
                if let Some(list) = list {
                    call = call.query("list", list.as_ref());
                }
                self.each(&call, |grant: GrantRow| grant.show()).await
            }
            Action::Revoke {
                id,
                program,
                author,
                reason,
            } => {
                let grant = id.to_string();
                let path = ["programs", program.as_str(), "grants", &grant, "revoke"];
                let body = json!({"author": author.to_string(), "reason": reason.to_string()});
                self.send(&self.change(&path).json(&body)).await?;
                say_revoked(id)
            }
        }
    }

    async fn import_grants(&self, args: Import) -> Result {
        let text = std::fs::read(&args.file)
            .map_err(|error| CliError::Failed(format!("{}: {error}", args.file.display())))?;
        let path = ["programs", args.program.as_str(), "grants", "import"];
        let call = self
            .change(&path)
            .query("list", args.list.as_ref())
            .query("author", args.author.as_ref())
            .query("enrol", &args.enrol.to_string())
            .query("replace", &args.replace.to_string())
            .body("text/csv", text);
        let report: Report = self.ask(&call).await?;
        let rejected = report.rejected.iter();
        let rejected =
            rejected.map(|line| format!("line {}, {}: {}", line.line, line.column, line.detail));
        show_import(&report.imported, rejected)
    }
}
