import Analysis
import ArgumentParser
import Model

/// What is done to the samples of a replay before they are judged.
struct DisturbanceOptions: ParsableArguments {
  @Option(
    name: .long, help: ArgumentHelp("Share of samples that are lost.", valueName: "percent"))
  var drop: ShareArgument?

  @Option(
    name: .long,
    help: ArgumentHelp("Longest time a sample is on its way.", valueName: "duration"))
  var delay: DurationArgument?

  @Option(
    name: .long,
    help: ArgumentHelp("How far the clocks of sources are off, either way.", valueName: "duration"))
  var skew: DurationArgument?

  @Option(
    name: .long, help: ArgumentHelp("Share of samples that arrive twice.", valueName: "percent"))
  var duplicate: ShareArgument?

  @Option(
    name: .long,
    help: ArgumentHelp("Where the disturbance's random numbers start.", valueName: "number"))
  var seed: UInt64 = 1

  /// What is asked for; nil when nothing is.
  var settings: Disturbance.Settings? {
    guard drop != nil || delay != nil || skew != nil || duplicate != nil else { return nil }
    return Disturbance.Settings(
      drop: drop?.share ?? 0, delay: delay?.milliseconds ?? 0, skew: skew?.milliseconds ?? 0,
      duplicate: duplicate?.share ?? 0, seed: seed)
  }
}

/// A share of the command line: `5%` or `0.05`.
struct ShareArgument: ExpressibleByArgument {
  var share: Double

  init?(argument: String) {
    let isPercent = argument.hasSuffix("%")
    guard let number = Double(isPercent ? String(argument.dropLast()) : argument) else {
      return nil
    }
    share = isPercent ? number / 100 : number
    guard (0...1).contains(share) else { return nil }
  }
}
