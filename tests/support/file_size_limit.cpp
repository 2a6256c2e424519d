#include "tests/support/file_size_limit.h"

#include <csignal>
#include <stdexcept>

#include <sys/resource.h>

namespace lorashear::test {

namespace {

std::uint64_t setSoftLimit(std::uint64_t bytes) {
    rlimit limit{};
    if (getrlimit(RLIMIT_FSIZE, &limit) != 0) throw std::runtime_error("no file size limit here");
    const std::uint64_t before = limit.rlim_cur;
    limit.rlim_cur = bytes;
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) throw std::runtime_error("the file size limit cannot be set");
    return before;
}

}  // namespace

FileSizeLimit::FileSizeLimit(std::uint64_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);  // the write shall fail, not the process die
    m_before = setSoftLimit(bytes);
}

FileSizeLimit::~FileSizeLimit() {
    setSoftLimit(m_before);
}

}  // namespace lorashear::test
