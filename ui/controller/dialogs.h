#pragma once

#include <QString>

#include <functional>

class QWidget;

namespace lorashear::ui {

/// Every question the window asks. None blocks: the answer comes by a call, so that no event loop runs inside another and tests can
/// answer for the person. A dismissed dialog answers nothing (files) or no (questions).
class Dialogs {
public:
    virtual ~Dialogs() = default;
    using Path = std::function<void(const QString&)>;
    /// What shall become of edits that are in no file.
    enum class Keep { Save, Discard, Stay };
    virtual void openFolder(QWidget* parent, const QString& title, const QString& start, Path chosen) = 0;
    virtual void openFile(QWidget* parent, const QString& title, const QString& start, const QString& filter,
                          Path chosen) = 0;
    /// A file, or a folder that `isWhole` says yes to; other folders are gone into.
    virtual void openAny(QWidget* parent, const QString& title, const QString& start, const QString& filter,
                         std::function<bool(const QString&)> isWhole, Path chosen) = 0;
    virtual void saveFile(QWidget* parent, const QString& title, const QString& start, const QString& filter,
                          Path chosen) = 0;
    virtual void ask(QWidget* parent, const QString& question, const QString& detail, const QString& yes, const QString& no,
                     std::function<void(bool)> answered) = 0;
    /// A dismissed one stays.
    virtual void askToKeep(QWidget* parent, const QString& question, const QString& detail,
                           std::function<void(Keep)> answered) = 0;
};

/// The real ones: window-modal Qt dialogs.
class QtDialogs : public Dialogs {
public:
    void openFolder(QWidget* parent, const QString& title, const QString& start, Path chosen) override;
    void openFile(QWidget* parent, const QString& title, const QString& start, const QString& filter, Path chosen) override;
    void openAny(QWidget* parent, const QString& title, const QString& start, const QString& filter,
                 std::function<bool(const QString&)> isWhole, Path chosen) override;
    void saveFile(QWidget* parent, const QString& title, const QString& start, const QString& filter, Path chosen) override;
    void ask(QWidget* parent, const QString& question, const QString& detail, const QString& yes, const QString& no,
             std::function<void(bool)> answered) override;
    void askToKeep(QWidget* parent, const QString& question, const QString& detail,
                   std::function<void(Keep)> answered) override;
};

}  // namespace lorashear::ui
