#pragma once

#include <QByteArray>
#include <QDir>
#include <QSettings>
#include <QStringList>

#include <optional>

namespace lorashear::ui {

/// What the window remembers between starts.
class Settings {
public:
    Settings() = default;
    explicit Settings(const QString& file) : m_settings(file, QSettings::IniFormat) {}

    QByteArray geometry() const { return m_settings.value(QStringLiteral("window/geometry")).toByteArray(); }
    void setGeometry(const QByteArray& geometry) { m_settings.setValue(QStringLiteral("window/geometry"), geometry); }
    QString appearance() const {
        return m_settings.value(QStringLiteral("window/appearance"), QStringLiteral("system")).toString();
    }
    void setAppearance(const QString& id) { m_settings.setValue(QStringLiteral("window/appearance"), id); }
    QString language() const {
        return m_settings.value(QStringLiteral("window/language"), QStringLiteral("system")).toString();
    }
    void setLanguage(const QString& id) { m_settings.setValue(QStringLiteral("window/language"), id); }
    bool presentation() const { return m_settings.value(QStringLiteral("window/presentation"), false).toBool(); }
    void setPresentation(bool on) { m_settings.setValue(QStringLiteral("window/presentation"), on); }
    QString workspace() const { return m_settings.value(QStringLiteral("workspace/current")).toString(); }
    void setWorkspace(const QString& id) { m_settings.setValue(QStringLiteral("workspace/current"), id); }
    /// How docks stand, as Qt writes it; empty: never kept. key: workspace and kind of width, "tune_wide".
    QByteArray arrangement(const QString& key) const {
        return m_settings.value(QStringLiteral("workspace/docks_") + key).toByteArray();
    }
    void setArrangement(const QString& key, const QByteArray& docks) {
        m_settings.setValue(QStringLiteral("workspace/docks_") + key, docks);
    }
    void forgetArrangements(const QString& workspace) {
        m_settings.beginGroup(QStringLiteral("workspace"));
        for (const QString& key : m_settings.childKeys())
            if (key.startsWith(QStringLiteral("docks_%1_").arg(workspace))) m_settings.remove(key);
        m_settings.endGroup();
    }
    /// Keys that the person gave a command, as portable text, "" for none; nothing: those of the table (ui/shortcuts.h).
    std::optional<QString> keys(const QString& command) const {
        const QVariant kept = m_settings.value(QStringLiteral("keys/") + command);
        return kept.isValid() ? std::optional(kept.toString()) : std::nullopt;
    }
    void setKeys(const QString& command, const QString& keys) {
        m_settings.setValue(QStringLiteral("keys/") + command, keys);
    }
    void forgetKeys(const QString& command) { m_settings.remove(QStringLiteral("keys/") + command); }
    bool reducedMotion() const { return m_settings.value(QStringLiteral("window/reducedMotion"), false).toBool(); }
    void setReducedMotion(bool on) { m_settings.setValue(QStringLiteral("window/reducedMotion"), on); }
    /// Where a dialog begins: beside what was opened last.
    QString lastFolder() const { return m_settings.value(QStringLiteral("recent/folder"), QDir::homePath()).toString(); }
    void setLastFolder(const QString& folder) { m_settings.setValue(QStringLiteral("recent/folder"), folder); }
    QStringList recentModels() const { return m_settings.value(QStringLiteral("recent/models")).toStringList(); }
    QStringList recentRuns() const { return m_settings.value(QStringLiteral("recent/runs")).toStringList(); }
    QStringList recentProjects() const { return m_settings.value(QStringLiteral("recent/projects")).toStringList(); }
    void addRecentProject(const QString& path) { add(QStringLiteral("recent/projects"), path); }
    void addRecentModel(const QString& path) { add(QStringLiteral("recent/models"), path); }
    void addRecentRun(const QString& path) { add(QStringLiteral("recent/runs"), path); }

private:
    void add(const QString& key, const QString& path) {
        QStringList paths = m_settings.value(key).toStringList();
        paths.removeAll(path);
        paths.prepend(path);
        m_settings.setValue(key, QStringList(paths.mid(0, kMostRecent)));
    }
    static constexpr int kMostRecent = 8;
    QSettings m_settings{QStringLiteral("lorashear"), QStringLiteral("studio")};
};

}  // namespace lorashear::ui
