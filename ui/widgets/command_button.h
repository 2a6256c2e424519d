#pragma once

#include <QPushButton>

#include <functional>

namespace lorashear::ui {

class Studio;

/// "Copy command": the command of the command line program that does what the page does. Resting on it shows the command; pressing it copies the
/// very same.
class CommandButton : public QPushButton {
    Q_OBJECT
public:
    /// command: "" where there is none now. It may write the recipe that the command names, so it is asked for on a press only;
    /// preview: the same without writing anything, with what would be written in words; where it is empty, command writes nothing and is asked.
    using Command = std::function<QString(QString* written)>;
    CommandButton(const QString& objectName, const QString& what, Studio& studio, Command command, QWidget* parent,
                  std::function<QString()> preview = {});
    QString preview() const;

protected:
    bool event(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

private:
    void copy();
    void showPreview();

    Studio& m_studio;
    QString m_what;
    Command m_command;
    std::function<QString()> m_preview;
};

}  // namespace lorashear::ui
