#pragma once

#include <streambuf>
#include <string>

namespace lorashear::app {

/// What stands between the commands and standard output. Text passes line by line with its control characters made visible (names in model
/// files and what models write may hold escape sequences); JSON passes as it is, which escapes them. Nothing passes once a mapped file has been damaged:
/// a number of it must not be shown.
class GuardedOutput : public std::streambuf {
public:
    GuardedOutput(std::streambuf* to, bool text) : m_to(to), m_text(text) {}
    ~GuardedOutput() override;
    GuardedOutput(const GuardedOutput&) = delete;
    GuardedOutput& operator=(const GuardedOutput&) = delete;

protected:
    int_type overflow(int_type c) override;
    std::streamsize xsputn(const char* text, std::streamsize count) override;
    int sync() override;

private:
    void pass(std::size_t bytes);

    std::streambuf* m_to;
    bool m_text;
    std::string m_line;
};

}  // namespace lorashear::app
