public import Model
public import PromQL

/// Evaluates many expressions over one store, tick by tick, and shares their common work.
///
/// This is the evaluator of rules. A pass covers up to 64 ticks of one grid; passes of one plan move
/// forward in time. Plans made by one evaluator with equal sub-expressions share operators.
///
///     let plan = try evaluator.plan(expression)
///     evaluator.beginPass(StepGrid(start: 0, step: 15_000, count: 64))
///     let result = evaluator.evaluate(plan)
public final class Evaluator {
  /// Where samples come from and where recorded series go.
  public let store: SeriesStore
  private let run: EvaluationRun
  private let planner: Planner
  private var grid = StepGrid(start: 0)
  /// For each worker what the operators share that it evaluates; made when workers are first used.
  private var runs: [EvaluationRun] = []
  /// Numbers of the passes of the current round, by their moments.
  private var passes: [StepGrid: Int] = [:]

  /// An evaluator over `store`.
  public init(store: SeriesStore, options: EvaluationOptions = EvaluationOptions()) {
    self.store = store
    run = EvaluationRun(store: store, options: options)
    planner = Planner(store: store, options: options, shares: true)
  }

  /// Makes the plan of an expression of type scalar or instant vector.
  ///
  /// `grid` names the moments at which the plan will be evaluated; plans of different grids share no
  /// state, since windows move with their grid.
  public func plan(_ expression: Expression, grid: String) throws(EvaluationError) -> Plan {
    let context = PlanContext(scope: grid, run: run)
    planner.beginPlan()
    return Plan(try planner.plan(expression, context), number: planner.strands.newest)
  }

  /// Says that a rule planned before writes the series called `name`: what is planned from now on
  /// must see them.
  public func noteWrite(_ name: String) {
    planner.noteWrite(name)
  }

  /// Keeps the series that satisfy all `matchers`, though no rule looks at them.
  public func keep(_ matchers: [LabelMatcher]) {
    _ = store.select(matchers, retention: 0)
  }

  /// Begins a pass at the moments of `grid`.
  public func beginPass(_ grid: StepGrid) {
    self.grid = grid
    run.beginPass()
  }

  /// Begins a round of groups: those with the same moments are evaluated in one pass of it.
  public func beginRound() {
    passes = [:]
  }

  /// Goes on with this round's pass at the moments of `grid`, or begins it.
  ///
  /// Groups with the same moments share operators, whose windows have moved to the end of the pass once
  /// the first group is evaluated: asked anew, they would look ahead.
  public func enterPass(_ grid: StepGrid) {
    guard let begun = passes[grid] else {
      beginPass(grid)
      passes[grid] = run.pass
      return
    }
    self.grid = grid
    run.resume(pass: begun)
  }

  /// The result of `plan` at the moments of the current pass.
  public func evaluate(_ plan: Plan) -> Evaluated {
    Evaluated(plan.root, plan.root.evaluate(grid, run))
  }

  /// Evaluates plans at the moments of the current pass before they are asked for one by one, those
  /// of different strands (see `strands(of:)`) at the same time, where there are workers and enough to
  /// do.
  public func evaluate(ahead strands: [[Plan]], with workers: Workers) {
    guard workers.count > 1, strands.count > 1,
      store.seriesCount * grid.count >= workers.leastWork
    else { return }
    while runs.count < workers.count {
      runs.append(EvaluationRun(store: store, options: run.options))
    }
    for other in runs { other.resume(pass: run.pass) }
    // A strand is one worker's alone, and so is a run; what strands share is only read meanwhile.
    nonisolated(unsafe) let (strands, runs) = (strands, runs)
    let grid = grid
    workers.share(strands.count) { strand, worker in
      for plan in strands[strand] { _ = plan.root.evaluate(grid, runs[worker]) }
    }
  }

  /// Sorts plans into strands: those of one share operators, those of different ones share none.
  ///
  /// The longest come first: taken last, one would keep a worker busy while the others have nothing left
  /// to do. A plan made later may join two strands.
  public func strands(of plans: [Plan]) -> [[Plan]] {
    var strands: [[Plan]] = []
    var places: [Int: Int] = [:]
    for plan in plans {
      let root = planner.strands.root(of: plan.number)
      if let place = places[root] {
        strands[place].append(plan)
      } else {
        places[root] = strands.count
        strands.append([plan])
      }
    }
    let sizes = strands.map { $0.reduce(0) { $0 + planner.strands.sizes[$1.number] } }
    return strands.indices.sorted { (sizes[$1], $0) < (sizes[$0], $1) }.map { strands[$0] }
  }

  /// Writes the state of windows, subqueries and matchings, so that `restoreState` goes on with the
  /// same sums in the same order, bit by bit.
  public func encodeState(into writer: inout CheckpointWriter) {
    writer.write(fingerprint)
    planner.encodeState(into: &writer)
  }

  /// What `encodeState` would write now, to be written piece by piece; `snapshot` is of this moment.
  public func captureState(_ snapshot: SeriesSnapshot) -> EvaluationSnapshot {
    EvaluationSnapshot(fingerprint: fingerprint, tables: planner.captureState(snapshot))
  }

  /// Reads what `encodeState` of an evaluator of the same store wrote, before the first pass.
  ///
  /// Work of expressions that are not planned here is passed over, and so is all work under other
  /// options: windows are then filled from the samples that are held.
  /// - Returns: false when the options were others.
  @discardableResult
  public func restoreState(from reader: inout CheckpointReader) throws(CheckpointError) -> Bool {
    guard try reader.text() == fingerprint else { return false }
    try planner.restoreState(from: &reader)
    return true
  }

  /// What of the options shapes the state.
  private var fingerprint: String {
    let options = run.options
    return "\(options.lookback) \(options.subqueryStep) \(options.delayedNameRemoval) "
      + "\(options.usesStartTimes)"
  }
}

/// An expression made ready by an `Evaluator`.
public final class Plan {
  let root: Operator
  /// Its number among the plans of the evaluator.
  let number: Int

  init(_ root: Operator, number: Int) {
    self.root = root
    self.number = number
  }

  /// Output series that were seen so far.
  public var seriesCount: Int { root.labels.count }

  /// Labels of output series `index`, with its name.
  public func labels(_ index: Int) -> Labels { root.finalLabels(index) }
}

/// What a plan gave in one pass: rows of values, one row a series, one value a step.
///
/// A view of the operator's memory: valid until the next pass of the same evaluator. Series keep
/// their numbers from pass to pass; there may be more in a later one.
public struct Evaluated {
  private let root: Operator
  private let frame: Frame

  init(_ root: Operator, _ frame: Frame) {
    self.root = root
    self.frame = frame
  }

  /// Number of output series, those without values in this pass included.
  public var seriesCount: Int { frame.seriesCount }
  /// Bit `k` of entry `i` says that series `i` has a value at step `k`.
  public var masks: UnsafeBufferPointer<UInt64> {
    UnsafeBufferPointer(start: frame.masks, count: frame.seriesCount)
  }
  /// As `masks`, but also where operands had data and a comparison left the element out.
  public var defined: UnsafeBufferPointer<UInt64> {
    UnsafeBufferPointer(start: frame.defined, count: frame.seriesCount)
  }
  /// Steps whose evaluation failed; no series has a value there.
  public var failedSteps: UInt64 { frame.failed }
  /// Why the first failed step failed.
  public var failure: EvaluationError? { frame.failure }

  /// Labels of series `index`.
  public func labels(_ index: Int) -> Labels { root.finalLabels(index) }

  /// The values of series `index` by step; those without a bit in `masks` mean nothing.
  ///
  /// A histogram shows as NaN.
  public func row(_ index: Int) -> UnsafeBufferPointer<Double> {
    UnsafeBufferPointer(start: frame.row(index), count: frame.stepCount)
  }

  /// The value of series `index` at `step`; nil where it has none.
  public func value(_ index: Int, _ step: Int) -> SampleValue? { frame.value(index, step) }
}

/// Writes a plan's results back as series: what a recording rule does.
///
/// A series that had a value at the tick before and has none now ends with a stale marker.
public final class Recorder {
  private let name: String
  private let labels: Labels
  private let removed: [String]
  private let store: SeriesStore
  /// Ring number of each output series; -1 when the store's limit refused it.
  private var numbers: [Int32] = []
  /// The first output with the labels of each output, which stands for all of them.
  private var firsts: [Int] = []
  /// The other outputs that write the series of an output, such as the two sides of an `or`.
  private var twins: [Int: [Int]] = [:]
  /// Whether the series of an output, the first with its labels, had a value at the last tick.
  private var wasPresent: [Bool] = []
  /// Series that were present before a restart and have not been seen again.
  private var presentBefore: Set<Labels> = []
  private var outputs: [Labels: Int] = [:]

  /// A recorder of series called `name` with `labels` put over those of the result, and without the labels
  /// named in `removing`.
  public init(name: String, labels: Labels, removing: [String] = [], store: SeriesStore) {
    self.name = name
    self.labels = labels
    removed = removing
    self.store = store
  }

  /// Writes the results of one pass.
  ///
  /// - Returns: the steps that failed because two results got the same labels.
  public func record(_ result: Evaluated, at grid: StepGrid) -> UInt64 {
    grow(result)
    let failed = result.failedSteps | collisions(result)
    for i in 0..<result.seriesCount where firsts[i] == i {
      let others = twins.isEmpty ? nil : twins[i]
      let mask = (others ?? []).reduce(result.masks[i]) { $0 | result.masks[$1] } & ~failed
      guard mask != 0 || wasPresent[i] else { continue }
      let number = Int(numbers[i])
      guard number >= 0 else { continue }
      for k in 0..<grid.count where failed >> UInt64(k) & 1 == 0 {
        let isPresent = mask >> UInt64(k) & 1 == 1
        if isPresent {
          let writer = others?.first { result.masks[$0] >> UInt64(k) & 1 == 1 } ?? i
          write(result, writer, k, number, grid.time(k))
        } else if wasPresent[i] {
          store.record(number, grid.time(k), StaleMarker.value)
        }
        wasPresent[i] = isPresent
      }
    }
    return failed
  }

  private func write(_ result: Evaluated, _ index: Int, _ step: Int, _ number: Int, _ time: Int64) {
    switch result.value(index, step) {
    case .float(let value): store.record(number, time, value)
    case .histogram(let histogram): store.record(number, time, histogram)
    case nil: break
    }
  }

  private func grow(_ result: Evaluated) {
    while numbers.count < result.seriesCount {
      let index = numbers.count
      var labels = result.labels(index)
      labels[Labels.metricName] = name
      labels = labels.merging(self.labels)
      for name in removed { labels[name] = nil }
      let first = outputs[labels] ?? index
      if first == index { outputs[labels] = index } else { twins[first, default: []].append(index) }
      firsts.append(first)
      numbers.append(store.number(of: labels) ?? -1)
      wasPresent.append(presentBefore.remove(labels) != nil)
    }
  }

  /// The series that had a value at the last tick, sorted.
  public var present: [Labels] {
    let seen = numbers.indices.filter { wasPresent[$0] && numbers[$0] >= 0 }
    return (seen.map { store.labels(of: numbers[$0]) } + presentBefore).sorted()
  }

  /// Says which series had a value at the last tick, before the first one is recorded here.
  public func restore(present: [Labels]) {
    presentBefore = Set(present)
  }

  /// Steps at which two results would be written to one series.
  private func collisions(_ result: Evaluated) -> UInt64 {
    guard outputs.count < numbers.count else { return 0 }
    var unions: [Int32: UInt64] = [:]
    var failed: UInt64 = 0
    for i in 0..<result.seriesCount where result.masks[i] != 0 {
      failed |= unions[numbers[i], default: 0] & result.masks[i]
      unions[numbers[i], default: 0] |= result.masks[i]
    }
    return failed
  }
}
