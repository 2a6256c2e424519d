#include "core/run/event_log.h"

#include "core/io/atomic_file.h"
#include "core/io/strict_json.h"
#include "core/io/system_calls.h"
#include "core/run/event_json.h"

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <algorithm>
#include <cerrno>
#include <cstring>

namespace lorashear {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr const char* kHint = "check that the disk is not full and the folder can be written, then resume the run";

[[noreturn]] void failIo(const fs::path& file, const char* what) {
    throw Error(ErrorCode::Io, file.string(), std::string(what) + ": " + std::strerror(errno), kHint);
}

/// Bytes up to and including the last line's end.
std::uintmax_t wholeLines(const fs::path& file) {
    const std::string text = readFile(file);  // an error, not a short text: what is not read would be cut off
    const auto end = text.rfind('\n');
    return end == std::string::npos ? 0 : end + 1;
}

/// The file from `offset` on: about mostBytes, and more until there is a whole line in it or the file ends. Nothing of a file that is not there.
std::string textFrom(const fs::path& file, std::uint64_t offset, std::uint64_t mostBytes) {
    constexpr std::uint64_t kPiece = 1 << 20;
    const int descriptor = uninterrupted([&] { return ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); });
    if (descriptor < 0 && (errno == ENOENT || errno == ENOTDIR)) return {};
    if (descriptor < 0) failIo(file, "cannot be opened");
    std::string piece(static_cast<std::size_t>(std::clamp<std::uint64_t>(mostBytes, 1, kPiece)), 0), text;
    bool whole = false;
    ssize_t got = 1;
    while (got > 0 && !(whole && text.size() >= mostBytes)) {
        const auto place = static_cast<off_t>(offset + text.size());
        got = uninterrupted([&] { return ::pread(descriptor, piece.data(), piece.size(), place); });
        if (got <= 0) break;
        text.append(piece, 0, static_cast<std::size_t>(got));
        whole = whole || text.find('\n', text.size() - static_cast<std::size_t>(got)) != std::string::npos;
    }
    const int problem = errno;
    ::close(descriptor);
    errno = problem;
    if (got < 0) failIo(file, "cannot be read");
    return text;
}

}  // namespace

EventLog::EventLog(const fs::path& file) : m_file(file), m_start(monotonicSeconds()) {
    std::error_code ignored, problem;
    if (fs::exists(file, ignored)) {
        if (const auto whole = wholeLines(file); whole != fs::file_size(file, ignored))
            fs::resize_file(file, whole, problem);
        if (problem)
            throw Error(ErrorCode::Io, file.string(), "its torn last line cannot be cut off: " + problem.message(), kHint);
        for (const LoggedEvent& logged : readEvents(file)) m_seconds.push_back(logged.seconds);
        m_count = static_cast<std::int64_t>(m_seconds.size());
        m_base = m_seconds.empty() ? 0 : m_seconds.back();
    }
    m_descriptor = uninterrupted([&] { return ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644); });
    if (m_descriptor < 0) failIo(file, "cannot be opened for writing");
}

EventLog::~EventLog() {
    if (m_descriptor >= 0) ::close(m_descriptor);
}

double EventLog::seconds() const {
    return m_base + monotonicSeconds() - m_start;
}

// All of it or nothing: what comes after a full disk would otherwise continue a torn line. Where not even the torn part can be taken back,
// nothing more is written: the next process cuts it off.
void EventLog::writeLine(const std::string& line) {
    if (m_torn) throw Error(ErrorCode::Io, m_file.string(), "cannot be written: its last line is torn", kHint);
    const std::string whole = line + "\n";
    const auto before = ::lseek(m_descriptor, 0, SEEK_END);
    const std::size_t done = writeAll(m_descriptor, whole.data(), whole.size());
    if (done == whole.size()) return;
    const int problem = errno;
    m_torn = done > 0 && (before < 0 || ::ftruncate(m_descriptor, before) != 0);
    errno = problem;
    failIo(m_file, "cannot be written");
}

void EventLog::append(const RunEvent& event) {
    json line = eventToJson(event);
    const double now = seconds();
    line["seconds"] = now;
    writeLine(jsonText(line));
    m_seconds.push_back(now);
    ++m_count;
}

void EventLog::rewind(std::int64_t keep) {
    if (keep >= m_count) return;
    writeLine(json{{"rewind", keep}}.dump());
    m_count = keep;
    m_seconds.resize(static_cast<std::size_t>(keep));
    m_base = m_seconds.empty() ? 0 : m_seconds.back();
    m_start = monotonicSeconds();
}

void EventLog::sync() {
    if (uninterrupted([&] { return ::fsync(m_descriptor); }) != 0 && errno != EINVAL && errno != EROFS)
        failIo(m_file, "cannot be written to the disk");
}

std::optional<std::size_t> EventLogReader::take(const json& line) {
    const auto damaged = [this](const std::string& how) {
        throw Error(ErrorCode::BadInput, m_file.string(), "line " + std::to_string(m_line) + " is damaged" + how,
                    "the run's checkpoints are not touched by this; remove the line to read the rest");
    };
    if (!line.is_object()) damaged("");
    const auto rewound = line.find("rewind"), seconds = line.find("seconds");
    if (rewound != line.end()) {
        if (!rewound->is_number_unsigned()) damaged(": it goes back to no number of events");
        const auto keep = std::min(m_events.size(), rewound->get<std::size_t>());
        m_events.resize(keep, LoggedEvent{0, event::Note{}});
        return keep;
    }
    if (seconds != line.end() && !seconds->is_number()) damaged(": its time is no number");
    m_events.push_back({seconds == line.end() ? 0.0 : seconds->get<double>(), eventFromJson(line)});
    return std::nullopt;
}

EventLogReader::Batch EventLogReader::poll(std::uint64_t mostBytes) {
    Batch batch;
    std::size_t known = m_events.size();
    const std::string text = textFrom(m_file, m_offset, mostBytes);
    std::size_t begin = 0;
    for (auto end = text.find('\n'); end != std::string::npos; begin = end + 1, end = text.find('\n', begin)) {
        ++m_line;
        const json line = json::parse(text.begin() + static_cast<std::ptrdiff_t>(begin),
                                      text.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
        if (const auto keep = take(line)) batch.fromStart = batch.fromStart || *keep < known;
    }
    m_offset += begin;
    if (batch.fromStart) known = 0;
    batch.events.assign(m_events.begin() + static_cast<std::ptrdiff_t>(known), m_events.end());
    return batch;
}

std::vector<LoggedEvent> readEvents(const fs::path& file) {
    return EventLogReader(file).poll().events;
}

}  // namespace lorashear
