//! One question, asked again and again in a process of its own.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use datafusion::dataframe::DataFrame;
use dt_lake::Lake;
use futures_util::TryStreamExt;
use serde::{Deserialize, Serialize};

use super::decode::decode;
use super::figures::{median, peak};
use super::questions::Question;
use crate::cluster::{Remote, Server};
use crate::session::Limits;
use crate::{Failure, query};

#[derive(Debug, Clone, Args)]
pub(crate) struct MeasureArgs {
    lake: PathBuf,
    question: String,
    #[arg(long)]
    rounds: u32,
    #[arg(long)]
    decode: bool,
    #[arg(long)]
    engine: Option<Server>,
}

/// What a process tells of one question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Measurement {
    /// From opening the lake to the last row.
    pub(super) seconds: f64,
    /// How long decoding took, in turn with it.
    pub(super) decoding: Option<f64>,
    /// How many rows that was.
    pub(super) scanned: u64,
    /// The memory that the process had at most.
    pub(super) peak_kib: Option<u64>,
}

impl MeasureArgs {
    /// Measures, and prints it as a line of JSON.
    ///
    /// # Errors
    ///
    /// If the question is not known or is not answered.
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let question = Question::named(&self.question)
            .ok_or_else(|| Failure::usage("there is no such question"))?;
        let lake = Lake::open(&self.lake)?;
        let engine = self.engine.map(|server| Remote::new(server, None)).transpose()?;
        let (mut asked, mut decoded, mut scanned) = (Vec::new(), Vec::new(), 0);
        for round in 0..self.rounds {
            // Who goes first changes, so that neither always finds what the other left in caches.
            let decodes_first = self.decode && round % 2 == 1;
            if decodes_first {
                scanned = timed_decoding(&lake, question, &mut decoded)?;
            }
            let before = now();
            answer(&self.lake, question, engine.as_ref()).await?;
            asked.push(before.elapsed().as_secs_f64());
            if self.decode && !decodes_first {
                scanned = timed_decoding(&lake, question, &mut decoded)?;
            }
        }
        let measurement = Measurement {
            seconds: median(&asked).unwrap_or_default(),
            decoding: median(&decoded),
            scanned,
            peak_kib: peak("self"),
        };
        let text = serde_json::to_string(&measurement)
            .map_err(|error| Failure::new("no figures").because(&error.to_string()))?;
        crate::output::line(&text)
    }
}

fn timed_decoding(lake: &Lake, question: Question, times: &mut Vec<f64>) -> Result<u64, Failure> {
    let (rows, seconds) = seconds(|| decode(lake, question.reads));
    times.push(seconds);
    rows
}

/// Asks as a user does, and takes the rows without printing them. A question that nothing answers is measured of nothing.
async fn answer(lake: &Path, question: Question, engine: Option<&Remote>) -> Result<(), Failure> {
    let context = query::session(lake, Limits::default(), engine).await?;
    let plan =
        query::plan(&context, question.sql).await.map_err(|error| Failure::of_query(&error))?;
    let frame = DataFrame::new(context.state(), plan);
    let mut rows = frame.execute_stream().await.map_err(|error| Failure::of_run(&error))?;
    let mut count = 0;
    while let Some(batch) = rows.try_next().await.map_err(|error| Failure::of_run(&error))? {
        count += batch.num_rows();
    }
    match count {
        0 => Err(Failure::new(format!("{} has no rows", question.name()))),
        _ => Ok(()),
    }
}

/// How long something takes.
pub(super) fn seconds<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let before = now();
    let done = work();
    (done, before.elapsed().as_secs_f64())
}

#[expect(clippy::disallowed_methods, reason = "benchmarks are where time is measured")]
fn now() -> Instant {
    Instant::now()
}
