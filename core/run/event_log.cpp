#include "core/run/event_log.h"

#include "core/run/event_json.h"

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace lorashear {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

[[noreturn]] void failIo(const fs::path& file, const char* what) {
    throw Error(ErrorCode::Io, file.string(), std::string(what) + ": " + std::strerror(errno),
                "check that the disk is not full and the folder can be written");
}

/// Bytes up to and including the last line's end.
std::uintmax_t wholeLines(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto end = text.rfind('\n');
    return end == std::string::npos ? 0 : end + 1;
}

/// The file from `offset` on: about mostBytes, and more until there is a whole line in it or the file ends.
std::string textFrom(const fs::path& file, std::uint64_t offset, std::uint64_t mostBytes) {
    constexpr std::uint64_t kPiece = 1 << 20;
    const auto piece = static_cast<std::size_t>(std::clamp<std::uint64_t>(mostBytes, 1, kPiece));
    std::string text;
    std::ifstream in(file, std::ios::binary);
    in.seekg(static_cast<std::streamoff>(offset));
    bool whole = false;
    while (in && !(whole && text.size() >= mostBytes)) {
        const std::size_t before = text.size();
        text.resize(before + piece);
        in.read(text.data() + before, static_cast<std::streamsize>(piece));
        text.resize(before + static_cast<std::size_t>(in.gcount()));
        whole = whole || text.find('\n', before) != std::string::npos;
    }
    return text;
}

}  // namespace

EventLog::EventLog(const fs::path& file) : m_file(file), m_start(monotonicSeconds()) {
    std::error_code ignored;
    if (fs::exists(file, ignored)) {
        fs::resize_file(file, wholeLines(file), ignored);
        for (const LoggedEvent& logged : readEvents(file)) m_seconds.push_back(logged.seconds);
        m_count = static_cast<std::int64_t>(m_seconds.size());
        m_base = m_seconds.empty() ? 0 : m_seconds.back();
    }
    m_descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (m_descriptor < 0) failIo(file, "cannot be opened for writing");
}

EventLog::~EventLog() {
    if (m_descriptor >= 0) ::close(m_descriptor);
}

double EventLog::seconds() const {
    return m_base + monotonicSeconds() - m_start;
}

// All of it or nothing: what comes after a full disk would otherwise continue a torn line.
void EventLog::writeLine(const std::string& line) {
    const std::string whole = line + "\n";
    const auto before = ::lseek(m_descriptor, 0, SEEK_END);
    std::size_t done = 0;
    while (done < whole.size()) {
        const auto written = ::write(m_descriptor, whole.data() + done, whole.size() - done);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            const int problem = errno;
            if (done > 0 && before >= 0) (void)!::ftruncate(m_descriptor, before);
            errno = problem;
            failIo(m_file, "cannot be written");
        }
        done += static_cast<std::size_t>(written);
    }
}

void EventLog::append(const RunEvent& event) {
    json line = eventToJson(event);
    const double now = seconds();
    line["seconds"] = now;
    writeLine(line.dump(-1, ' ', false, json::error_handler_t::replace));
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
    if (::fsync(m_descriptor) != 0 && errno != EINVAL && errno != EROFS) failIo(m_file, "cannot be written to the disk");
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
        if (!line.is_object())
            throw Error(ErrorCode::BadInput, m_file.string(), "line " + std::to_string(m_line) + " is damaged",
                        "the run's checkpoints are not touched by this; remove the line to read the rest");
        if (line.contains("rewind")) {
            const auto keep = std::min(m_events.size(), line.at("rewind").get<std::size_t>());
            batch.fromStart = batch.fromStart || keep < known;
            m_events.resize(keep, LoggedEvent{0, event::Note{}});
        } else {
            m_events.push_back({line.value("seconds", 0.0), eventFromJson(line)});
        }
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
