#pragma once

#include "core/base/control.h"

#include <string>

namespace lorashear::app {

/// Progress on standard error: one line that is written over on a terminal, a line every few seconds elsewhere.
class ProgressLine {
public:
    ProgressLine();
    ~ProgressLine();
    void show(const Progress& progress);
    /// A line that stays, e.g. the beginning of a stage.
    void say(const std::string& text);

private:
    void clear();

    bool m_terminal;
    bool m_open = false;
    double m_last = -1e9;
};

/// "3 min 20 s", "12 s".
std::string durationText(double seconds);

}  // namespace lorashear::app
