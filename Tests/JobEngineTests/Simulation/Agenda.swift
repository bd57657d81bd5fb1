/// Events by time, and by the order in which they were added at one time.
struct Agenda<Event> {
    /// When an event is due, and where it is kept: events themselves are large and stay where they are.
    private struct Entry {
        let time: Duration
        let order: Int
        let place: Int

        static func < (left: Entry, right: Entry) -> Bool {
            left.time != right.time ? left.time < right.time : left.order < right.order
        }
    }

    private var heap: [Entry] = []
    private var events: [Event?] = []
    private var freePlaces: [Int] = []
    private var added = 0

    mutating func add(_ event: consuming Event, at time: Duration) {
        added += 1
        let place: Int
        if let free = freePlaces.popLast() {
            place = free
            events[free] = event
        } else {
            place = events.count
            events.append(event)
        }
        let entry = Entry(time: time, order: added, place: place)
        heap.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entry < heap[parent] else { break }
            heap[child] = heap[parent]
            child = parent
        }
        heap[child] = entry
    }

    mutating func next() -> (Duration, Event)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        if !heap.isEmpty { sink(last) }
        let event = events[first.place].take()!
        freePlaces.append(first.place)
        return (first.time, event)
    }

    /// Puts an entry where the first was, and moves it down to its place.
    private mutating func sink(_ entry: Entry) {
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
            guard heap[child] < entry else { break }
            heap[parent] = heap[child]
            parent = child
        }
        heap[parent] = entry
    }
}
