#pragma once

#include "core/base/control.h"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace lorashear {

inline bool isBlank(std::string_view line) {
    return line.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos;
}

/// Calls use(line, number) for every line, without its end ("\n" or "\r\n"). number: of the first one.
template <typename Use>
void forEachLine(std::string_view text, Use use, std::size_t number = 1) {
    for (std::size_t at = 0; at < text.size(); ++number) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string_view line = text.substr(at, end - at);
        if (line.ends_with('\r')) line.remove_suffix(1);
        use(line, number);
        at = end + 1;
    }
}

/// A text file, piece by piece: whole lines (but for the last one), well-formed UTF-8, without a byte order mark. What is refused and
/// repaired is said at readWholeText (text_source.h); some of it is known only at the end, when all pieces have been passed on.
class TextFile {
public:
    TextFile(const std::filesystem::path& path, const Control& control) : m_path(path), m_control(control) {}

    /// Once. Error(Cancelled) soon after a stop was requested.
    void read(const std::function<void(std::string_view lines)>& use);

private:
    [[noreturn]] void refuseZeros() const;
    bool beginningSeen();
    void pass(std::string&& lines, const std::function<void(std::string_view)>& use);
    void requireUtf8() const;

    const std::filesystem::path& m_path;
    const Control& m_control;
    std::string m_rest;  ///< of a line whose end is not read yet
    std::size_t m_bytes = 0, m_bad = 0, m_badLine = 0, m_line = 1;
    bool m_begun = false, m_atEnd = false, m_blank = true;
};

}  // namespace lorashear
