#pragma once

#include <stop_token>
#include <thread>

namespace lorashear::app {

/// Turns Ctrl-C and SIGTERM into a stop request; a second one ends the process at once. Make it before any other thread starts.
class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    std::stop_token token() const { return m_stop.get_token(); }

private:
    std::stop_source m_stop;
    std::jthread m_listener;
};

}  // namespace lorashear::app
