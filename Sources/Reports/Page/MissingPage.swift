/// What stands where a page is not there.
public enum MissingPage {
  /// The page.
  public static func render() -> String {
    PageFrame(title: "Not found").render(
      """
      <h1>There is no such page</h1>
      <p class="lead">It may have been an incident of another store, or one that retention removed.</p>
      <p><a href="/">All incidents</a></p>

      """)
  }
}
