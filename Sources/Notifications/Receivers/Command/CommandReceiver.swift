import Model

/// Runs a program with the message as JSON on its standard input, what a webhook gets.
///
/// Status 0 is delivered, 75 (`EX_TEMPFAIL` of sysexits) is tried again, any other is refused, and so
/// is none in time: the program's whole process group is then killed.
struct CommandReceiver: Receiver {
  let configuration: CommandConfiguration
  let outputBytesMax: Int

  private static let temporaryFailure: Int32 = 75

  func deliver(_ delivery: Delivery) async -> DeliveryAnswer {
    do throws(CommandRun.Failure) {
      let run = try CommandRun(
        configuration.arguments, input: WebhookReceiver.body(delivery),
        environment: ["TOCSIN_KEY": delivery.key, "TOCSIN_STAGE": delivery.notice.stage.rawValue],
        outputBytesMax: outputBytesMax)
      let ending = await run.ending(within: configuration.timeout)
      return answer(to: ending, output: run.output)
    } catch {
      return .retry(because: "\(quoted(configuration.arguments[0])) cannot be started")
    }
  }

  private func answer(to ending: CommandRun.Ending, output: String) -> DeliveryAnswer {
    let words = output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let detail = words.isEmpty ? "" : ": " + words.cut(toCharacters: 200)
    switch ending {
    case .exited(0): return .delivered
    case .exited(Self.temporaryFailure): return .retry(because: "exit status 75" + detail)
    case .exited(let status): return .rejected(because: "exit status \(status)" + detail)
    case .killed(let signal): return .retry(because: "killed by signal \(signal)" + detail)
    case .timedOut:
      return .retry(because: "did not end within \(configuration.timeout) ms" + detail)
    }
  }
}
