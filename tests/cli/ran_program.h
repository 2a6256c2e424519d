#pragma once

#include <nlohmann/json.hpp>

#include <QProcess>
#include <QProcessEnvironment>
#include <QStringList>
#include <QTemporaryDir>

#include <filesystem>
#include <string>

/// Starting the built `lorashear` as a person or a script does.
namespace lorashear::testing {

inline const QString kModel = QStringLiteral(LORASHEAR_SOURCE_DIR "/resources/models/stories260K");
inline const QString kText = QStringLiteral(LORASHEAR_SOURCE_DIR "/resources/data/valid.txt");

struct Ran {
    int code = -1;
    std::string out, err;
    nlohmann::json object() const { return nlohmann::json::parse(out); }
    /// Whether it ended so and said so on standard error.
    bool refused(int expected, const std::string& words) const {
        return code == expected && err.find(words) != std::string::npos;
    }
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

/// What every test of the command line begins with: a folder of its own that goes with it, where programs keep their cache too (and not in
/// the person's).
class OwnFolder {
protected:
    OwnFolder() { qputenv("XDG_CACHE_HOME", place("cache").toUtf8()); }
    QString place(const char* name) const { return m_folder.filePath(QString::fromUtf8(name)); }
    std::filesystem::path path(const char* name) const { return place(name).toStdString(); }

    /// A copy of the bundled model to change.
    std::filesystem::path copied(const char* name) const {
        std::filesystem::copy(kModel.toStdString(), path(name));
        return path(name);
    }

private:
    QTemporaryDir m_folder;
};

}  // namespace lorashear::testing
