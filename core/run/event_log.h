#pragma once

#include "core/run/run_event.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lorashear {

struct LoggedEvent {
    double seconds = 0;  ///< since the run began, pauses between processes not counted
    RunEvent event;
};

/// events.jsonl of a run: one JSON object a line, only ever appended to.
///
/// When a run goes on from a checkpoint, what was logged after it will happen again: a line {"rewind": n} says that of the events
/// so far only the first n count. Readers apply it, so nobody sees a step twice.
class EventLog {
public:
    /// Opens for appending; a torn last line (the process was killed while writing) is cut off first. Error(Io).
    explicit EventLog(const std::filesystem::path& file);
    ~EventLog();
    EventLog(const EventLog&) = delete;
    EventLog& operator=(const EventLog&) = delete;

    void append(const RunEvent& event);
    void rewind(std::int64_t keep);
    void sync();                                    ///< to the disk
    std::int64_t count() const { return m_count; }  ///< events that count
    double seconds() const;                         ///< now, on the run's clock

private:
    void writeLine(const std::string& line);

    std::filesystem::path m_file;
    int m_descriptor = -1;
    bool m_torn = false;  ///< a line was written in part and could not be taken back
    std::int64_t m_count = 0;
    std::vector<double> m_seconds;  ///< of the events that count
    double m_start = 0, m_base = 0;
};

/// Reads a log while it grows, e.g. that of a run of another process.
class EventLogReader {
public:
    explicit EventLogReader(std::filesystem::path file) : m_file(std::move(file)) {}

    struct Batch {
        bool fromStart = false;  ///< forget what was read before: a rewind happened; events holds everything that counts
        std::vector<LoggedEvent> events;
    };
    /// Complete lines since the last call, about `mostBytes` of them (one longer line is taken whole): a long log can be read piece by
    /// piece, with offset() as its progress. Error(BadInput) names a damaged line; a file that is not there yet is empty.
    Batch poll(std::uint64_t mostBytes = UINT64_MAX);
    std::uint64_t offset() const { return m_offset; }  ///< bytes of the file that were read

private:
    /// Adds an event, or goes back to as many as a rewind says and returns that.
    std::optional<std::size_t> take(const nlohmann::json& line);

    std::filesystem::path m_file;
    std::uint64_t m_offset = 0;
    std::int64_t m_line = 0;
    std::vector<LoggedEvent> m_events;
};

/// All events that count.
std::vector<LoggedEvent> readEvents(const std::filesystem::path& file);

}  // namespace lorashear
