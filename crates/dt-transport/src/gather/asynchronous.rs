//! Plans driven by an asynchronous client: the questions of a round are futures polled together.

use dt_model::{Plan, Question};
use futures_util::{Stream, StreamExt, stream};

use super::cache::Known;
use super::run::{Outcome, Run};
use super::{GatherError, Gathered, Gatherer};
use crate::{AsyncClient, AsyncTransport};

impl<T: AsyncTransport> AsyncClient<T> {
    /// Gathers the evidence that a plan wants about one device; a [`Gatherer`] can do more.
    ///
    /// # Errors
    ///
    /// If nothing can be said about the device, as [`Gatherer`] tells.
    pub async fn gather<P: Plan>(&self, plan: P) -> Result<Gathered, GatherError> {
        Gatherer::new(self).gather(plan).await
    }
}

impl<T: AsyncTransport> Gatherer<'_, AsyncClient<T>> {
    /// Gathers the evidence that a plan wants about one device.
    ///
    /// # Errors
    ///
    /// If nothing can be said about the device, as [`Gatherer`] tells.
    pub async fn gather<P: Plan>(&self, plan: P) -> Result<Gathered, GatherError> {
        self.run(plan).await.map(|(_, gathered)| gathered)
    }

    /// Gathers the evidence about several devices, each by the plan that `start` makes for it, and
    /// gives plan and evidence of each, in their order. At most twice as many devices are under way as
    /// requests may be; after a [`Cancel`](crate::Cancel) no further one is begun.
    ///
    /// Requests are under way only while the stream is polled, and keep their place among those that
    /// may be at once: who asks something else by the same client before taking the next result may
    /// wait for ever. Such a consumer polls the stream in a task of its own.
    pub fn each<'s, D: 's, P: Plan + 's, E: From<GatherError> + 's>(
        &'s self,
        devices: impl IntoIterator<Item = D, IntoIter: 's>,
        start: &'s impl AsyncFn(&D) -> Result<P, E>,
    ) -> impl Stream<Item = (D, Result<(P, Gathered), E>)> + 's {
        let cancel = &self.options.cancel;
        stream::iter(devices.into_iter().take_while(|_| !cancel.is_cancelled()))
            .map(move |device| async move {
                let gathered = match start(&device).await {
                    Ok(plan) => self.run(plan).await.map_err(E::from),
                    Err(error) => Err(error),
                };
                (device, gathered)
            })
            .buffered(2 * self.client.core().pace.window())
    }

    async fn run<P: Plan>(&self, plan: P) -> Result<(P, Gathered), GatherError> {
        let mut run = Run::new(plan);
        loop {
            let questions = run.next_round(&self.options);
            if questions.is_empty() {
                return Ok(run.finish());
            }
            let mut outcomes: Vec<Option<Outcome>> = Vec::new();
            outcomes.resize_with(questions.len(), || None);
            // Collected: a stream that still had the closure would not be `Send`.
            let asked: Vec<_> = questions
                .iter()
                .enumerate()
                .map(|(place, question)| async move { (place, self.ask(question).await) })
                .collect();
            let window = self.client.core().pace.window();
            let mut asked = stream::iter(asked).buffer_unordered(window);
            while let Some((place, outcome)) = asked.next().await {
                run.settled(&self.options);
                let ends = outcome.ends_device();
                outcomes[place] = Some(outcome);
                if ends {
                    break;
                }
            }
            drop(asked);
            run.end_round(questions.into_iter().zip(outcomes))?;
        }
    }

    async fn ask(&self, question: &Question) -> Outcome {
        if question.did().is_some() {
            return self.send(question).await;
        }
        let entry = self.shared.entry(question, self.client.core().clock.monotonic());
        match entry.get_or_try_init(async || Known::of(self.send(question).await)).await {
            Ok(known) => known.outcome(),
            Err(outcome) => outcome,
        }
    }

    async fn send(&self, question: &Question) -> Outcome {
        match self.ready(question, self.client.core(), &self.options.cancel) {
            Ok((target, options)) => {
                let read = |body: &[u8]| Ok(question.read(body)?);
                self.done(question, self.client.exchange(&target, options, read).await)
            }
            Err(outcome) => outcome,
        }
    }
}
