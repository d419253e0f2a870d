public import Model
public import PromQL

/// One node of a plan: knows its operands and computes its output series step by step.
///
/// The table of output series only grows between passes; its entries keep their numbers, so that an
/// operator resolves labels once for each series and works on numbers afterwards. Scalars have one
/// series without labels. Operators keep window state from pass to pass: passes must move forward
/// in time (`reset` starts anew).
class Operator {
  /// Labels of the output series.
  final var labels: [Labels] = []
  /// Output series whose metric name is to be removed at the end (delayed name removal).
  final var dropsName: [Bool] = []
  /// Result of the last pass.
  final let frame = Frame()
  /// Where the expression stood in its text, for annotations.
  final let range: Range<Int>
  private final var pass = -1

  init(range: Range<Int>) {
    self.range = range
  }

  /// The result at the moments of `grid`; computed once for each pass, however many ask.
  final func evaluate(_ grid: StepGrid, _ run: EvaluationRun) -> Frame {
    if pass != run.pass {
      pass = run.pass
      compute(grid, run)
      frame.clearFailedSteps()
    }
    return frame
  }

  /// Fills `frame` for the moments of `grid`, growing the table first where operands have grown.
  func compute(_ grid: StepGrid, _ run: EvaluationRun) {
    preconditionFailure("\(type(of: self)) computes nothing")
  }

  /// Writes what the operator remembers beyond what follows from its operands and their samples.
  func encodeState(into writer: inout CheckpointWriter) {}

  /// What `encodeState` would write now, to be written later; `snapshot` is of this moment.
  ///
  /// Written at once, except where an operator has so much that it shares it until it changes.
  func captureState(_ snapshot: SeriesSnapshot) -> CapturedState {
    CapturedState { encodeState(into: &$0) }
  }

  /// Reads what `encodeState` wrote, before the first pass; operands have read theirs or will.
  func restoreState(from reader: inout CheckpointReader) throws(CheckpointError) {}

  /// Adds an output series.
  final func addSeries(_ labels: Labels, dropsName: Bool = false) {
    self.labels.append(labels)
    self.dropsName.append(dropsName)
  }
}

/// What one evaluator shares among all operators of its plans.
final class EvaluationRun {
  /// Where samples come from.
  let store: SeriesStore
  /// Semantics that can be chosen.
  let options: EvaluationOptions
  /// Number of the current pass; operators compute once in each.
  private(set) var pass = 0
  /// Passes begun so far.
  private var passesBegun = 0
  /// Remarks of the queries evaluated so far.
  private(set) var annotations: [Annotation] = []
  private var seen: Set<Annotation> = []
  /// Reader at the young end of a window.
  let head = BlockView()
  /// Reader at the old end of a window.
  let tail = BlockView()
  /// Whether nobody waits for the result any more; asked between passes.
  let isOver: () -> Bool

  init(
    store: SeriesStore, options: EvaluationOptions, isOver: @escaping () -> Bool = { false }
  ) {
    self.store = store
    self.options = options
    self.isOver = isOver
  }

  /// Begins a new pass: every operator asked from now on computes anew.
  func beginPass() {
    passesBegun += 1
    pass = passesBegun
  }

  /// Goes back to a pass that was begun: what was computed in it stands.
  func resume(pass: Int) {
    self.pass = pass
  }

  /// Adds a remark, once.
  func annotate(_ annotation: Annotation) {
    guard annotations.count < options.annotationLimit else { return }
    if seen.insert(annotation).inserted { annotations.append(annotation) }
  }

  /// Gives the remarks away.
  func takeAnnotations() -> [Annotation] {
    defer {
      annotations = []
      seen = []
    }
    return annotations
  }
}

/// Semantics of evaluation that a user or a test script chooses.
public struct EvaluationOptions: Hashable, Sendable {
  /// How long a sample stands for its series, in milliseconds (`--lookback`).
  public var lookback: Milliseconds = 300_000
  /// Step of subqueries that name none, in milliseconds.
  public var subqueryStep: Milliseconds = 60_000
  /// Keeps the metric name until the end of the query, so that later operators see it.
  public var delayedNameRemoval = false
  /// Which names `label_replace`, `label_join` and `count_values` may give to labels.
  public var labelNames = NameScheme.utf8
  /// Which samples count as start-timestamp resets.
  public var usesStartTimes = true
  /// Gives series the labels `__type__` and `__unit__`, and knows counters by them, not by their names.
  public var typeAndUnitLabels = false
  /// Most samples that the result of one query may hold.
  public var sampleLimit = 50_000_000
  /// Most remarks kept.
  public var annotationLimit = 100
  /// Experimental parts of the language that are on.
  public var language = ParserOptions()

  /// The defaults of Prometheus.
  public init() {}
}
