#include "app/cli/progress_line.h"

#include "core/base/printable.h"

#include <unistd.h>

#include <cmath>
#include <cstdio>

namespace lorashear::app {

namespace {
constexpr double kTerminalSeconds = 0.1, kLogSeconds = 5;
}

std::string durationText(double seconds) {
    const auto whole = static_cast<long>(std::lround(seconds));
    if (whole < 60) return std::to_string(whole) + " s";
    if (whole < 3600) return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
    return std::to_string(whole / 3600) + " h " + std::to_string(whole % 3600 / 60) + " min";
}

ProgressLine::ProgressLine() : m_terminal(::isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() {
    clear();
}

void ProgressLine::clear() {
    if (m_open) std::fputs("\r\033[K", stderr);
    m_open = false;
}

void ProgressLine::show(const Progress& progress) {
    const double now = monotonicSeconds();
    if (now - m_last < (m_terminal ? kTerminalSeconds : kLogSeconds)) return;
    m_last = now;
    std::string text = progress.stage;
    if (progress.total > 0)
        text.append(" ").append(std::to_string(std::lround(100 * progress.done / progress.total))).append(" %");
    if (!progress.text.empty()) text += "  " + progress.text;
    if (progress.secondsLeft >= 0) text += "  (" + durationText(progress.secondsLeft) + " left)";
    text = printable(text);
    clear();
    std::fprintf(stderr, m_terminal ? "%s" : "%s\n", text.c_str());
    std::fflush(stderr);
    m_open = m_terminal;
}

void ProgressLine::say(const std::string& text) {
    clear();
    std::fprintf(stderr, "%s\n", printable(text).c_str());
}

}  // namespace lorashear::app
