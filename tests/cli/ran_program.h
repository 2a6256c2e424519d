#pragma once

#include <nlohmann/json.hpp>

#include <QProcess>
#include <QProcessEnvironment>
#include <QStringList>

#include <string>

/// Starting the built `lorashear` as a person or a script does.
namespace lorashear::testing {

struct Ran {
    int code = -1;
    std::string out, err;
    nlohmann::json object() const { return nlohmann::json::parse(out); }
    /// Whether it ended so and said so on standard error.
    bool refused(int expected, const std::string& words) const { return code == expected && err.find(words) != std::string::npos; }
};

inline void prepare(QProcess& process) {
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("LORASHEAR_DATA"), QStringLiteral(LORASHEAR_SOURCE_DIR "/resources"));
    environment.remove(QStringLiteral("OMP_WAIT_POLICY"));  // the program sets it itself
    process.setProcessEnvironment(environment);
}

/// variables: "NAME=value" each, put into the program's environment.
inline Ran lorashearRan(const QStringList& arguments, const QStringList& variables = {}) {
    QProcess process;
    prepare(process);
    auto environment = process.processEnvironment();
    for (const QString& variable : variables) environment.insert(variable.section('=', 0, 0), variable.section('=', 1));
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(LORASHEAR_CLI), arguments);
    process.waitForFinished(240000);
    return {process.exitCode(), process.readAllStandardOutput().toStdString(), process.readAllStandardError().toStdString()};
}

}  // namespace lorashear::testing
