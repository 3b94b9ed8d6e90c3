//! The command line. `dt query` and `dt lake assess` hand theirs on to it.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use datafusion::prelude::SessionContext;

use crate::bench::{BenchArgs, MeasureArgs};
use crate::cluster::{
    Executor, Listen, Remote, Scheduler, Server, TlsArgs, run_executor, run_scheduler,
};
use crate::output::Format;
use crate::session::Limits;
use crate::{Failure, query};

/// SQL over a lake of `dt sweep`
///
/// Unofficial: not affiliated with Darktrace.
#[derive(Debug, Parser)]
#[command(name = "dt-query", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Ask a lake in SQL; `dt query` is the same
    Query(QueryArgs),
    /// Judge stored series by today's rules; `dt lake assess` is the same
    Assess(AssessArgs),
    /// Plan queries and hand them to executors, until stopped
    Scheduler(SchedulerArgs),
    /// Work for a scheduler, until stopped
    Executor(ExecutorArgs),
    /// Measure questions over a lake of made-up devices, which is removed afterwards
    Bench(BenchArgs),
    /// Measure one of them
    #[command(hide = true)]
    Measure(MeasureArgs),
}

/// What decides how a query runs and is printed.
#[derive(Debug, Args)]
struct RunArgs {
    /// How to print: table, json, ndjson, csv, or parquet=FILE
    #[arg(short = 'o', long = "format", value_name = "FORMAT", default_value = "table")]
    format: Format,
    /// Memory for sorting and joining, such as 1G; what needs more goes to the disk. All there is
    /// without it
    #[arg(long, value_name = "SIZE", value_parser = size)]
    limit_memory: Option<usize>,
    /// Give up what has not ended by then, such as 10m
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    time_limit: Option<Duration>,
    /// Ask a cluster, by its scheduler, such as `df://127.0.0.1:50050`
    #[arg(long, value_name = "URL")]
    engine: Option<Server>,
    #[command(flatten)]
    tls: TlsArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dt query lake \"select hostname, level, top_reason from latest order by rank_score desc limit 5\"
  dt query lake \"show tables\"
  dt query lake --file hunt.sql -o csv")]
struct QueryArgs {
    /// The lake
    lake: PathBuf,
    /// The question, in SQL, which may begin with a comment
    #[arg(required_unless_present = "file", conflicts_with = "file", allow_hyphen_values = true)]
    sql: Option<String>,
    /// A file with the question
    #[arg(short, long, value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    run: RunArgs,
}

#[derive(Debug, Args)]
struct AssessArgs {
    /// The lake
    lake: PathBuf,
    /// The run whose series are judged: the newest that has some, unless one is named
    #[arg(long = "run", value_name = "RUN")]
    of_run: Option<dt_lake::RunId>,
    #[command(flatten)]
    run: RunArgs,
}

#[derive(Debug, Args)]
struct SchedulerArgs {
    /// Where to listen; the first line on standard output says where that is
    #[arg(long, value_name = "ADDRESS", default_value_t = Listen::port(50_050))]
    listen: Listen,
    /// An executor that was silent for so many seconds is lost, and its work is given to others
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(15..))]
    lost_after: u64,
    #[command(flatten)]
    tls: TlsArgs,
}

#[derive(Debug, Args)]
struct ExecutorArgs {
    /// The scheduler
    #[arg(long, value_name = "URL", default_value_t = Server::here())]
    scheduler: Server,
    /// Where to listen to clients and other executors; a free port if that is 0
    #[arg(long, value_name = "ADDRESS", default_value_t = Listen::port(0))]
    listen: Listen,
    /// By which name they reach it; the address without it
    #[arg(long, value_name = "HOST")]
    name: Option<String>,
    #[command(flatten)]
    tls: TlsArgs,
    /// How many parts of queries to work on at once; one a core without it
    #[arg(long, value_name = "N", default_value_t = 0)]
    threads: usize,
    /// Memory for all of them together
    #[arg(long, value_name = "SIZE", value_parser = size, default_value = "2G")]
    limit_memory: usize,
    /// Where parts of queries exchange rows; a temporary directory without it
    #[arg(long, value_name = "DIR")]
    work_directory: Option<PathBuf>,
}

/// A time that is not over when it begins, such as 10m.
fn duration(text: &str) -> Result<Duration, String> {
    let duration = text.parse::<jiff::SignedDuration>().map_err(|error| error.to_string())?;
    let duration = Duration::try_from(duration).ok().filter(|duration| !duration.is_zero());
    duration.ok_or_else(|| "a time limit is more than nothing".to_owned())
}

/// Bytes, such as 512M.
fn size(text: &str) -> Result<usize, String> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit = text[digits.len()..].trim_end_matches(['B', 'b']).trim_end_matches('i');
    let shift = match unit {
        "" => 0,
        "K" | "k" => 10,
        "M" | "m" => 20,
        "G" | "g" => 30,
        _ => return Err("a size is a number with K, M or G, such as 512M".to_owned()),
    };
    let bytes = digits.parse::<usize>().ok().and_then(|size| size.checked_mul(1 << shift));
    bytes.filter(|bytes| *bytes > 0).ok_or_else(|| "a size is more than nothing".to_owned())
}

/// Does what the command line says.
#[must_use]
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return misread(&error),
    };
    let is_for_programs = cli.command.format().is_some_and(Format::is_json);
    match cli.command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            tell(&failure, is_for_programs);
            ExitCode::from(&failure)
        }
    }
}

/// Help and version go to standard output, mistakes to standard error with status 2.
fn misread(error: &clap::Error) -> ExitCode {
    // Nobody is left to tell if it cannot be printed.
    let _ = error.print();
    ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}

#[expect(clippy::print_stderr, reason = "the one place where failures are told")]
fn tell(failure: &Failure, is_for_programs: bool) {
    eprintln!("{failure}");
    if is_for_programs {
        eprintln!("{}", failure.line());
    }
}

impl Command {
    fn format(&self) -> Option<&Format> {
        match self {
            Self::Query(args) => Some(&args.run.format),
            Self::Assess(args) => Some(&args.run.format),
            Self::Scheduler(_) | Self::Executor(_) | Self::Bench(_) | Self::Measure(_) => None,
        }
    }

    fn run(self) -> Result<(), Failure> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            // Plans are trees that are walked by recursion.
            .thread_stack_size(8 << 20)
            .build()
            .map_err(|error| Failure::new("no threads can be had").because(&error.to_string()))?;
        let ended = runtime.block_on(async {
            // On a thread whose stack is as large as that.
            let command = tokio::spawn(self.dispatch());
            command.await.unwrap_or_else(|error| {
                Err(Failure::new("the query broke off").because(&error.to_string()))
            })
        });
        // Whoever is told to stop, or has no more time, does not wait for what is still worked out.
        runtime.shutdown_background();
        ended
    }

    async fn dispatch(self) -> Result<(), Failure> {
        match self {
            Self::Query(args) => args.run().await,
            Self::Assess(args) => args.run().await,
            Self::Scheduler(args) => run_scheduler(args.resolve()?).await,
            Self::Executor(args) => {
                end_with_panics();
                run_executor(args.resolve()?).await
            }
            Self::Bench(args) => args.run().await,
            Self::Measure(args) => args.run().await,
        }
    }
}

/// A part of a query that panics is never told to the scheduler, which waits for it for good. An executor that ends
/// is noticed, and its work given to others.
fn end_with_panics() {
    let told = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        told(panic);
        std::process::exit(101);
    }));
}

impl RunArgs {
    /// Asks and prints, for as long as that may take.
    async fn ask(
        &self,
        context: &SessionContext,
        remote: Option<&Remote>,
        sql: &str,
    ) -> Result<(), Failure> {
        let asked = query::run(context, remote, sql, &self.format);
        let Some(limit) = self.time_limit else { return asked.await };
        tokio::time::timeout(limit, asked).await.unwrap_or_else(|_| {
            let message =
                format!("the query did not end within {limit:?}; what is printed is a part");
            let failure = Failure::new(message);
            Err(failure.hint("ask for less, such as one run, or allow more time with --time-limit"))
        })
    }

    fn limits(&self) -> Limits {
        Limits { memory: self.limit_memory }
    }

    /// The cluster that is asked, if one is.
    fn remote(&self) -> Result<Option<Remote>, Failure> {
        let tls = self.tls.read()?;
        match &self.engine {
            Some(server) => Remote::new(server.clone(), tls).map(Some),
            None if tls.is_some() => Err(Failure::usage("certificates are shown to a cluster")
                .hint("--engine says which is asked")),
            None => Ok(None),
        }
    }
}

impl QueryArgs {
    async fn run(self) -> Result<(), Failure> {
        let sql = match (self.sql, &self.file) {
            (Some(sql), _) => sql,
            (None, Some(file)) => std::fs::read_to_string(file).map_err(|error| {
                Failure::usage("the file cannot be read")
                    .at(file.display().to_string())
                    .because(&error.to_string())
            })?,
            (None, None) => return Err(Failure::usage("there is no question")),
        };
        self.run.format.refuse_overwriting(&self.lake)?;
        let remote = self.run.remote()?;
        let context = query::session(&self.lake, self.run.limits(), remote.as_ref()).await?;
        self.run.ask(&context, remote.as_ref(), &sql).await
    }
}

impl AssessArgs {
    async fn run(self) -> Result<(), Failure> {
        self.run.format.refuse_overwriting(&self.lake)?;
        let remote = self.run.remote()?;
        let context = query::session(&self.lake, self.run.limits(), remote.as_ref()).await?;
        let sql = query::assessment(self.of_run);
        self.run.ask(&context, remote.as_ref(), &sql).await
    }
}

impl SchedulerArgs {
    fn resolve(self) -> Result<Scheduler, Failure> {
        let tls = self.tls.read()?;
        let listen = self.listen.allowed(tls.as_ref())?;
        Ok(Scheduler { listen, tls, lost_after: self.lost_after })
    }
}

impl ExecutorArgs {
    fn resolve(self) -> Result<Executor, Failure> {
        let tls = self.tls.read()?;
        Ok(Executor {
            listen: self.listen.allowed(tls.as_ref())?,
            scheduler: Remote::new(self.scheduler, tls)?,
            name: self.name,
            threads: self.threads,
            memory: self.limit_memory,
            work_directory: self.work_directory,
        })
    }
}
