import JobEngine
import Testing

@Suite("Durations in words")
struct DurationTextTests {
    @Test(
        "A duration has as many digits as a person reads",
        arguments: [
            (Duration.milliseconds(581.706), "0.58 s"), (.milliseconds(1_050), "1.05 s"), (.milliseconds(3), "0 s"),
            (.milliseconds(15_249), "15.2 s"), (.seconds(60), "60 s"), (.milliseconds(239_900), "239 s"),
            (.zero, "0 s"),
        ])
    func text(duration: Duration, text: String) {
        #expect(duration.text == text)
    }
}
