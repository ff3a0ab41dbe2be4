//! `renown members export`.

use std::io::Write;
use std::path::PathBuf;
use std::str::FromStr;

use super::{Format, format};
use crate::cli::environment::{Base, Environment};
use crate::cli::out::Out;
use crate::cli::server::Server;
use crate::cli::{CliError, Result};
use crate::service::Service;
use renown_core::domain::{Invalid, MemberFilter, ProgramId, TierId};

/// The options of `renown members export`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// File to write; standard output if absent.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Format, if the name of the file does not end in .csv, .ndjson or .jsonl.
    #[arg(long)]
    format: Option<Format>,
    /// Only members with an identity that begins so, such as twitter:kev.
    #[arg(long)]
    identity: Option<String>,
    /// Only members whose name has words that begin so.
    #[arg(long)]
    name: Option<String>,
    /// Only members with this tier in the program.
    #[arg(long, requires = "program")]
    tier: Option<TierId>,
    /// Id of the program of the tier.
    #[arg(long, requires = "tier")]
    program: Option<ProgramId>,
    /// Only members with a score on this topic.
    #[arg(long)]
    topic: Option<String>,
}

/// Writes the members.
pub async fn run(base: &Base, args: Args) -> Result {
    match base.server()? {
        Some(server) => export_from(&server, args).await,
        None => Environment::run_on_data(base, async |service| export(service, args).await).await,
    }
}

/// Writes the members of a server.
async fn export_from(server: &Server, args: Args) -> Result {
    let conditions = [
        ("identity", args.identity),
        ("name", args.name),
        ("tier", args.tier.map(|tier| tier.to_string())),
        ("program", args.program.map(|program| program.to_string())),
        ("topic", args.topic),
    ];
    let given = conditions.into_iter();
    let given: Vec<_> = given
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
    let format = format(args.format, &args.out.clone().unwrap_or_default());
    let mut to = match args.out {
        None => Target::Terminal,
        Some(path) => Target::file(path)?,
    };
    let write = |piece: &[u8]| to.write(piece);
    server.export_members(format, &given, write).await?;
    to.finish()
}

async fn export(service: &Service, args: Args) -> Result {
    let tier = args.program.zip(args.tier);
    let tier = tier.map(|(program, tier)| service.directory.tier(program, tier));
    let topic = args.topic.map(|topic| service.scores.topic(&topic));
    let filter = MemberFilter {
        identity: parsed(args.identity.as_deref())?,
        name: parsed(args.name.as_deref())?,
        tier: tier.transpose().map_err(CliError::new)?,
        topic: topic.transpose().map_err(CliError::new)?,
        ..MemberFilter::default()
    };
    let out = args.out.clone().unwrap_or_default();
    let begun = service
        .directory
        .begin_export(filter, format(args.format, &out));
    let mut begun = begun.await.map_err(CliError::new)?;
    let mut to = match &args.out {
        None => Target::Terminal,
        Some(path) => Target::file(path.clone())?,
    };
    while let Some(piece) = service
        .directory
        .export(&mut begun)
        .await
        .map_err(CliError::new)?
    {
        to.write(piece.as_bytes())?;
    }
    to.finish()
}

fn parsed<T: FromStr<Err = Invalid>>(text: Option<&str>) -> Result<Option<T>> {
    text.map(str::parse).transpose().map_err(CliError::new)
}

/// Where a list is written. A file gets its name when it is complete.
enum Target {
    Terminal,
    File {
        file: std::fs::File,
        part: PathBuf,
        path: PathBuf,
    },
}

impl Target {
    fn file(path: PathBuf) -> Result<Self> {
        let mut part = path.clone().into_os_string();
        part.push(".part");
        let part = PathBuf::from(part);
        let file = std::fs::File::create(&part).map_err(|error| failed(&part, &error))?;
        Ok(Self::File { file, part, path })
    }

    fn write(&mut self, piece: &[u8]) -> Result {
        match self {
            Self::Terminal => Out::bytes(piece),
            Self::File { file, part, .. } => {
                file.write_all(piece).map_err(|error| failed(part, &error))
            }
        }
    }

    fn finish(self) -> Result {
        match self {
            Self::Terminal => Ok(()),
            Self::File { file, part, path } => file
                .sync_all()
                .and_then(|()| std::fs::rename(&part, &path))
                .map_err(|error| failed(&path, &error)),
        }
    }
}

fn failed(path: &std::path::Path, error: &std::io::Error) -> CliError {
    CliError::Failed(format!("{}: {error}", path.display()))
}
