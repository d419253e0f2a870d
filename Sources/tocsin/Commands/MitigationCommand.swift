import ArgumentParser
import Incidents
import Model
import Rules
import Storage

extension IncidentCommands {
  /// Runs a step that operators allow: `tocsin incident run ID STEP`.
  struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "run",
      abstract: "Run a step of a playbook that operators allow to be run.",
      discussion: """
        Only what stands under `run:` in the playbooks of the rules can be run, without a shell and \
        within its time limit. What it wrote enters the timeline, secrets masked. Without STEP the \
        steps are listed. Exits with 2 when the program did not exit with 0.
        """)

    @Argument(help: "The incident's id, or the beginning of it.")
    var id: String
    @Argument(help: "The step's number in the list.")
    var step: Int?
    @Option(name: .long, help: "Who asks for it.")
    var by: String?
    @OptionGroup var rules: RuleOptions
    @OptionGroup var store: StoreOptions

    func run() throws {
      try reporting {
        let set = try rules.load()
        let store = try store.open(step == nil ? .readOnly : .readWrite)
        let incident = try store.incident(id)
        let context = IncidentContext(catalogue: set.catalogue, settings: set.incidents)
        let steps = Playbook(context: context).runnable(for: incident)
        let out = ResultOutput()
        guard let step else {
          for (index, step) in steps.enumerated() {
            try out.write("\(index + 1)  \(step.kind.rawValue) \(step.service): \(step.text)\n")
            try out.write("   \(words(step))\n")
          }
          if steps.isEmpty { try out.write("no playbook of these rules has a step to run\n") }
          return try out.flush()
        }
        guard steps.indices.contains(step - 1), let hook = steps[step - 1].hook else {
          throw CommandFailure.unusable("error: no step \(step); there are \(steps.count)")
        }
        let outcome = try HookRunner(hook).run()
        let mask = SecretMask()
        let told =
          "\(steps[step - 1].text): \(mask.masked(words(steps[step - 1]))) \(outcome.words)"
          + (outcome.output.isEmpty ? "" : "\n\(outcome.output)")
        _ = try store.add(
          Response(
            incident: incident.id, time: wallClock(), kind: .mitigation, author: by, text: told))
        try out.write(told + (told.hasSuffix("\n") ? "" : "\n"))
        try out.flush()
        if outcome.status != 0 { throw ExitStatus.findings }
      }
    }

    private func words(_ step: NextStep) -> String {
      (step.hook?.arguments ?? []).map { $0.contains(" ") || $0.isEmpty ? "\"\($0)\"" : $0 }
        .joined(separator: " ")
    }
  }
}
