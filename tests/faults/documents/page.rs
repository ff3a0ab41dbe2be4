//! A page of the documents, run in a shell.

use std::path::Path;
use std::process::Command;

use super::shown::{Form, Shown};
use crate::process::{BINARY, dir, free_address};

/// The address of the service in all documents.
const ADDRESS: &str = "localhost:8080";
/// The time after which a page that waits in vain is ended, in seconds.
const LONGEST: &str = "240";
/// Separates what the blocks print.
const END_OF_BLOCK: &str = "\n-- end of block --\n";

/// Lines of shell of a page, in their order.
pub struct Page(Vec<Block>);

/// A block of shell, and the answer that follows it, if one is shown.
struct Block {
    lines: String,
    shown: Option<Shown>,
}

impl Page {
    /// Reads all blocks of a page: each of shell, and after it what it answers.
    pub fn whole(text: &str) -> Self {
        let mut blocks: Vec<Block> = Vec::new();
        // Every second part is within a fence.
        for fenced in text.split("\n```").skip(1).step_by(2) {
            let (language, content) = fenced.split_once('\n').unwrap();
            let form = match language {
                "sh" => {
                    let lines = content.to_owned();
                    blocks.push(Block { lines, shown: None });
                    continue;
                }
                "json" => Form::Json,
                "text" => Form::Text,
                _ => panic!("a block of '{language}' is neither run nor compared"),
            };
            let shown = Shown::new(form, content);
            let before = blocks.last_mut().map(|block| block.shown.replace(shown));
            assert!(matches!(before, Some(None)), "no command gives {content}");
        }
        Self(blocks)
    }

    /// Reads the blocks of a section.
    pub fn section(text: &str, title: &str) -> Self {
        let heading = format!("\n## {title}\n");
        let (_, rest) = text.split_once(&heading).unwrap();
        Self::whole(rest.split("\n## ").next().unwrap())
    }

    /// Runs the blocks one after the other in one shell, and compares what they print with
    /// what the page shows. Services that they start are ended.
    #[track_caller]
    pub fn holds(&self) {
        assert!(!self.0.is_empty());
        let (printed, all_good) = self.run();
        let mut parts = printed.split(END_OF_BLOCK);
        for block in &self.0 {
            let printed = parts.next().unwrap_or_default();
            let differs = block.shown.as_ref().and_then(|one| one.difference(printed));
            if let Some(difference) = differs {
                panic!("{}\n{difference}\nIt printed:\n{printed}", block.lines);
            }
        }
        assert!(all_good, "a command failed; all printed:\n{printed}");
    }

    /// Returns what the blocks print, and whether every command succeeded.
    fn run(&self) -> (String, bool) {
        let dir = dir();
        let address = free_address();
        let mut script =
            "trap 'kill $(jobs -p) 2> /dev/null || true; wait' EXIT\nexec 2>&1\n".to_owned();
        for block in &self.0 {
            script += &block.lines;
            script += &format!("\nprintf '%s' '{END_OF_BLOCK}'\n");
        }
        let bin = Path::new(BINARY).parent().unwrap();
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
        let output = Command::new("timeout")
            .args([LONGEST, "bash", "-euo", "pipefail", "-c"])
            .arg(script.replace(ADDRESS, &address))
            .current_dir(dir.path())
            .env_remove("DATABASE_URL")
            .env("PATH", path)
            .env("RENOWN_DATA_DIR", dir.path().join("data"))
            .env("RENOWN__HTTP__BIND", &address)
            .env("RENOWN__LOG__FILTER", "off")
            .output()
            .unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        (printed, output.status.success())
    }
}
