def handler(event, context):
    """Greets the person that the event names."""
    name = event.get("name", "you")
    print("greeting", name)  # goes to the log
    return {"message": f"Hello {name}"}
